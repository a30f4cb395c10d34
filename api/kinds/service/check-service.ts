// The rules of a Service: ports that go together, addresses that mean something, fields that fit its type.
import type { Issue } from '../../issue.ts';
import { duplicate, forbiddenField, immutable, invalidValue, required, tooLong } from '../../issues.ts';
import {
  dnsLabelProblem,
  dnsSubdomainProblem,
  ipAddressProblem,
  portNameProblem,
  qualifiedNameProblem,
} from '../../names.ts';
import { labelIssues, textIssues } from '../check-metadata.ts';
import { sourceRange } from './source-range.ts';
import { HEADLESS, type ServicePort, type ServiceSpec } from './service-spec.ts';

/** More would fit in no configuration of a proxy. */
const PORTS_MAX = 100;
const PORT_MAX = 65_535;
/** Each is a rule of the kernel's for each port. */
const SOURCES_MAX = 64;

/** Issues of a new Service's spec. */
export function serviceSpecIssues(spec: ServiceSpec): Issue[] {
  const isExternal = spec.type === 'ExternalName';
  return [
    ...(isExternal ? externalNameIssues(spec) : []),
    ...portsIssues(spec),
    ...labelIssues(spec.selector, 'spec.selector'),
    ...addressIssues(spec),
    ...outsideIssues(spec),
  ];
}

/** A Service keeps its address for life, unless it becomes another type. */
export function serviceUpdateIssues(spec: ServiceSpec, old: ServiceSpec): Issue[] {
  const { clusterIP = '' } = spec;
  const { clusterIP: oldIP = '' } = old;
  const isKept =
    clusterIP === oldIP || oldIP === '' || spec.type === 'ExternalName' || old.type === 'ExternalName';
  const isBalanced = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  return [
    ...(isKept ? [] : [immutable('spec.clusterIP', clusterIP, 'delete the Service and make it again')]),
    ...(isBalanced && spec.loadBalancerClass !== old.loadBalancerClass
      ? [
          immutable(
            'spec.loadBalancerClass',
            spec.loadBalancerClass ?? '',
            'make it another type first, then LoadBalancer again',
          ),
        ]
      : []),
  ];
}

function externalNameIssues({ externalName = '', clusterIP = '' }: ServiceSpec): Issue[] {
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName;
  return [
    ...(externalName === ''
      ? [required('spec.externalName', 'a Service of type ExternalName needs the name to answer with')]
      : textIssues('spec.externalName', name, dnsSubdomainProblem)),
    ...(clusterIP === ''
      ? []
      : [forbiddenField('spec.clusterIP', 'may not be set when `type` is ExternalName')]),
  ];
}

function portsIssues({ ports = [], clusterIP, type = 'ClusterIP' }: ServiceSpec): Issue[] {
  if (ports.length === 0) {
    return clusterIP === HEADLESS || type === 'ExternalName'
      ? []
      : [required('spec.ports', 'a Service with an address needs a port')];
  }
  if (ports.length > PORTS_MAX) return [tooLong('spec.ports', `must have at most ${PORTS_MAX} ports`)];
  return [
    ...ports.flatMap((port, index) => portIssues(port, `spec.ports[${index}]`, ports.length > 1, type)),
    ...repeated(ports, ({ name = '' }) => name).map((at) =>
      duplicate(`spec.ports[${at}].name`, ports[at]?.name),
    ),
    ...repeated(ports, (port) => `${protocolOf(port)}/${port.port}`).map((at) =>
      duplicate(`spec.ports[${at}]`, { port: ports[at]?.port, protocol: protocolOf(ports[at]) }),
    ),
    ...repeated(ports, (port) =>
      (port.nodePort ?? 0) === 0 ? '' : `${protocolOf(port)}/${port.nodePort}`,
    ).map((at) => duplicate(`spec.ports[${at}].nodePort`, ports[at]?.nodePort)),
  ];
}

function protocolOf(port: ServicePort | undefined): string {
  return port?.protocol ?? 'TCP';
}

function portIssues(port: ServicePort, path: string, isOneOfSeveral: boolean, type: string): Issue[] {
  const { name = '', targetPort, nodePort = 0, appProtocol } = port;
  const issues: Issue[] = [];
  if (name !== '') issues.push(...textIssues(`${path}.name`, name, dnsLabelProblem));
  else if (isOneOfSeveral) issues.push(required(`${path}.name`, 'a Service with several ports names each'));
  if (typeof targetPort === 'string')
    issues.push(...textIssues(`${path}.targetPort`, targetPort, portNameProblem));
  else if (targetPort !== undefined && (targetPort < 1 || targetPort > PORT_MAX))
    issues.push(
      invalidValue(`${path}.targetPort`, targetPort, `must be between 1 and ${PORT_MAX}, inclusive`),
    );
  if (nodePort !== 0 && (type === 'ClusterIP' || type === 'ExternalName'))
    issues.push(
      forbiddenField(`${path}.nodePort`, `may not be used when \`type\` is ${type}: make it NodePort`),
    );
  if (appProtocol !== undefined)
    issues.push(...textIssues(`${path}.appProtocol`, appProtocol, qualifiedNameProblem));
  return issues;
}

/** Places of all but the first that have the same key; the empty key is none. */
function repeated<T>(items: readonly T[], keyOf: (item: T) => string): number[] {
  const seen = new Set<string>();
  return items.flatMap((item, at) => {
    const key = keyOf(item);
    if (key === '' || !seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [at];
  });
}

function addressIssues({ clusterIP = '', clusterIPs = [], type }: ServiceSpec): Issue[] {
  const issues: Issue[] = [];
  if (clusterIP !== '' && clusterIP !== HEADLESS)
    issues.push(...textIssues('spec.clusterIP', clusterIP, ipAddressProblem));
  if (clusterIP === HEADLESS && (type === 'NodePort' || type === 'LoadBalancer'))
    issues.push(invalidValue('spec.clusterIP', HEADLESS, `may not be set to 'None' for ${type} services`));
  if (clusterIPs.length > 1)
    issues.push(invalidValue('spec.clusterIPs', clusterIPs, 'may hold one address, of IPv4'));
  else if (clusterIPs[0] !== undefined && clusterIPs[0] !== clusterIP)
    issues.push(invalidValue('spec.clusterIPs', clusterIPs, 'the first must be the same as `clusterIP`'));
  return issues;
}

/** What is about traffic from outside fits only types that are reached from there. */
function outsideIssues({
  type = 'ClusterIP',
  externalTrafficPolicy,
  allocateLoadBalancerNodePorts,
  loadBalancerClass,
  loadBalancerSourceRanges = [],
}: ServiceSpec): Issue[] {
  const issues: Issue[] = [];
  if (type !== 'LoadBalancer') {
    const forbid = (field: string): Issue =>
      forbiddenField(`spec.${field}`, 'may only be set when `type` is LoadBalancer');
    if (loadBalancerClass !== undefined) issues.push(forbid('loadBalancerClass'));
    if (loadBalancerSourceRanges.length > 0) issues.push(forbid('loadBalancerSourceRanges'));
  }
  if (loadBalancerClass !== undefined)
    issues.push(...textIssues('spec.loadBalancerClass', loadBalancerClass, qualifiedNameProblem));
  if (loadBalancerSourceRanges.length > SOURCES_MAX)
    issues.push(tooLong('spec.loadBalancerSourceRanges', `must have at most ${SOURCES_MAX} ranges`));
  for (const [at, range] of loadBalancerSourceRanges.entries())
    if (sourceRange(range) === undefined)
      issues.push(
        invalidValue(
          `spec.loadBalancerSourceRanges[${at}]`,
          range,
          'must be a range of IPv4 addresses, such as 10.0.0.0/8',
        ),
      );
  if (externalTrafficPolicy !== undefined && type !== 'NodePort' && type !== 'LoadBalancer')
    issues.push(
      forbiddenField('spec.externalTrafficPolicy', 'may only be set when `type` is NodePort or LoadBalancer'),
    );
  if (allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer')
    issues.push(
      forbiddenField('spec.allocateLoadBalancerNodePorts', 'may only be set when `type` is LoadBalancer'),
    );
  return issues;
}
