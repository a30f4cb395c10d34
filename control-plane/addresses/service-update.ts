// What an update of a Service keeps of what was given to it, and what falls away with its type: a client that leaves
// out addresses and ports does not mean to lose them.
import isEqual from 'fast-deep-equal';
import type { Service, ServicePort, ServiceSpec } from '@gantry/api/kinds/service';
import type { AdmissionStep } from '../admission/admission.ts';
import { needsAddress, needsNodePorts } from './service-spec.ts';

export const serviceUpdate: AdmissionStep = {
  name: 'service-update',
  resourceIds: ['services'],
  verbs: ['update'],
  admit({ object, previous }) {
    const { spec } = object as Service;
    const before = (previous as Service | undefined)?.spec;
    if (before === undefined) return undefined;
    if (needsAddress(spec) && needsAddress(before)) keepAddress(spec, before);
    if (needsNodePorts(spec) && needsNodePorts(before)) keepNodePorts(spec.ports ?? [], before.ports ?? []);
    dropWhatTheTypeLacks(spec, before);
    return undefined;
  },
};

function keepAddress(spec: ServiceSpec, before: ServiceSpec): void {
  if ((spec.clusterIP ?? '') !== '' || before.clusterIP === undefined) return;
  spec.clusterIP = before.clusterIP;
  if (before.clusterIPs === undefined) delete spec.clusterIPs;
  else spec.clusterIPs = [...before.clusterIPs];
}

/** By port and protocol; a number that the update uses elsewhere is not kept. */
function keepNodePorts(ports: readonly ServicePort[], before: readonly ServicePort[]): void {
  const idOf = ({ protocol = 'TCP', nodePort }: ServicePort): string => `${protocol} ${nodePort ?? 0}`;
  const used = new Set(ports.map(idOf));
  for (const port of ports) {
    if ((port.nodePort ?? 0) !== 0) continue;
    const old = before.find((each) => each.port === port.port && each.protocol === port.protocol);
    if (old?.nodePort === undefined || used.has(idOf(old))) continue;
    port.nodePort = old.nodePort;
    used.add(idOf(old));
  }
}

/** Only what is as it was: what the client has set itself is refused where it does not fit. */
function dropWhatTheTypeLacks(spec: ServiceSpec, before: ServiceSpec): void {
  if (needsAddress(before) && !needsAddress(spec)) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
      dropUnchanged(spec, before, field);
    dropUnchanged(spec, before, 'internalTrafficPolicy');
  }
  if (needsNodePorts(before) && !needsNodePorts(spec)) {
    const old = new Set((before.ports ?? []).map(({ nodePort }) => nodePort));
    const ports = spec.ports ?? [];
    if (ports.every(({ nodePort }) => nodePort === undefined || old.has(nodePort)))
      for (const port of ports) delete port.nodePort;
    dropUnchanged(spec, before, 'externalTrafficPolicy');
  }
  if (spec.type === 'LoadBalancer') return;
  for (const field of [
    'allocateLoadBalancerNodePorts',
    'loadBalancerClass',
    'loadBalancerSourceRanges',
  ] as const)
    dropUnchanged(spec, before, field);
}

function dropUnchanged(spec: ServiceSpec, before: ServiceSpec, field: keyof ServiceSpec): void {
  if (isEqual(spec[field], before[field])) delete spec[field];
}
