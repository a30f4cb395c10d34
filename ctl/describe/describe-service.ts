// Services: where they are reached, and which pods stand behind each port. Pure.
import type { Endpoint, EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service, ServicePort } from '@gantry/api/kinds/service';
import { deletionFields, describer, identityFields } from './describer.ts';
import { NONE, type Field } from './layout.ts';

/** Endpoints that a line has room for; more are counted. */
const SHOWN_MAX = 8;

export const serviceDescriber = describer<Service>(
  { endpointSlices: true },
  (service, { endpointSlices }) => {
    const { spec } = service;
    const selector = Object.entries(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
    return [
      ...identityFields(service),
      ...deletionFields(service),
      ['Selector', selector.length === 0 ? NONE : selector.join(',')],
      ['Type', spec.type ?? 'ClusterIP'],
      ['IP', (spec.clusterIP ?? '') === '' ? undefined : spec.clusterIP],
      ['External Name', spec.externalName],
      ...(spec.ports ?? []).flatMap((port) => portFields(port, endpointSlices)),
      ['Session Affinity', spec.sessionAffinity ?? 'None'],
      ['External Traffic Policy', spec.externalTrafficPolicy],
      ['Not Ready Pods', spec.publishNotReadyAddresses === true ? 'are published too' : undefined],
    ];
  },
);

function portFields(port: ServicePort, slices: readonly EndpointSlice[]): Field[] {
  const { name = '', protocol = 'TCP', targetPort = port.port, nodePort } = port;
  const label = name === '' ? '<unset>' : name;
  const behind = slices.flatMap(({ endpoints, ports = [] }) => {
    const number = ports.find((each) => (each.name ?? '') === name)?.port;
    return number === undefined ? [] : endpoints.map((endpoint) => ({ endpoint, number }));
  });
  const ready = behind.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
  const others = behind.filter(({ endpoint }) => endpoint.conditions?.ready === false);
  return [
    ['Port', `${label}  ${port.port}/${protocol}`],
    ['TargetPort', `${targetPort}/${protocol}`],
    ['NodePort', nodePort === undefined ? undefined : `${label}  ${nodePort}/${protocol}`],
    ['Endpoints', ready.length === 0 ? NONE : addressesText(ready)],
    ['Not Ready', others.length === 0 ? undefined : addressesText(others)],
  ];
}

function addressesText(found: readonly { endpoint: Endpoint; number: number }[]): string {
  const texts = found.map(({ endpoint, number }) => `${endpoint.addresses[0] ?? ''}:${number}`);
  const more = texts.length - SHOWN_MAX;
  return more > 0 ? `${texts.slice(0, SHOWN_MAX).join(',')} + ${more} more...` : texts.join(',');
}
