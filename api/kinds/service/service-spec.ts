// The shape of a Service: which pods stand behind one address, and on which ports.
import type { Static } from 'typebox';
import {
  described,
  flag,
  integer,
  intOrString,
  listOf,
  mapOf,
  notYet,
  onlyWith,
  oneOf,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { MetaCondition } from '../object-fields.ts';

const CORE = 'io.k8s.api.core.v1';

/** Given as `clusterIP`: the Service has no address of its own; DNS answers with its pods. */
export const HEADLESS = 'None';

/** Kubernetes' own figures: three hours, and a day at most. */
export const AFFINITY_SECONDS = 10_800;
export const AFFINITY_SECONDS_MAX = 86_400;

const PORT_MAX = 65_535;

export const ServicePort = struct(`${CORE}.ServicePort`, 'One port of a Service.', {
  name: optional(text('Name within the Service; needed when there are several ports.')),
  protocol: optional(oneOf('TCP or UDP.', ['TCP', 'UDP'], { default: 'TCP' })),
  appProtocol: optional(
    text(
      'What is spoken: `http`, `kubernetes.io/h2c`, …; plain TCP unless it, or the name of the port, says HTTP.',
    ),
  ),
  port: integer('The port at the address of the Service.', { minimum: 1, maximum: PORT_MAX }),
  targetPort: optional(
    intOrString('The port of the pods: its number, or the name of a container port; `port` when absent.'),
  ),
  nodePort: optional(
    integer('With type NodePort or LoadBalancer: the port on every node; chosen when absent.', {
      minimum: 0,
      maximum: PORT_MAX,
    }),
  ),
});
export type ServicePort = Static<typeof ServicePort>;

export const ClientIPConfig = struct(`${CORE}.ClientIPConfig`, 'How long a client stays with its pod.', {
  timeoutSeconds: optional(
    integer('Seconds without a connection after which a client may get another pod; 10800 when absent.', {
      minimum: 1,
      maximum: AFFINITY_SECONDS_MAX,
    }),
  ),
});

export const SessionAffinityConfig = struct(`${CORE}.SessionAffinityConfig`, 'Details of session affinity.', {
  clientIP: optional(described('For affinity by address.', ClientIPConfig)),
});

const OUTSIDE =
  'Gantry has no addresses but those of the nodes: use type LoadBalancer, a NodePort, or a Gateway.';

export const ServiceSpec = struct(
  `${CORE}.ServiceSpec`,
  'What a Service is to be.',
  {
    ports: optional(
      listOf('Its ports.', ServicePort, { patchMergeKey: 'port', listMapKeys: ['port', 'protocol'] }),
    ),
    selector: optional(
      mapOf(
        'Labels of the pods behind it. Without one, somebody else keeps its EndpointSlices.',
        text('The label.'),
        // Kubernetes calls it atomic. Label by label, so that whoever applies a Service again does not meet the one
        // label that a Rollout keeps there.
      ),
    ),
    clusterIP: optional(
      text('Its address, chosen when absent; `None` for a headless Service. Cannot be changed.'),
    ),
    clusterIPs: optional(listOf('The same, as a list of one.', text('An address.'))),
    type: optional(
      oneOf(
        'ClusterIP: an address within the cluster. NodePort: a port on every node too. LoadBalancer: as NodePort, and its ports at the addresses of the nodes. ExternalName: only a DNS name for another name.',
        ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
        { default: 'ClusterIP' },
      ),
    ),
    externalName: optional(text('With type ExternalName: the name that DNS answers with.')),
    sessionAffinity: optional(
      oneOf('ClientIP: connections of one client go to one pod.', ['ClientIP', 'None'], { default: 'None' }),
    ),
    sessionAffinityConfig: optional(described('Details of session affinity.', SessionAffinityConfig)),
    publishNotReadyAddresses: optional(
      flag(
        'Whether DNS and the proxies take pods that are not ready too: for StatefulSets that find their peers.',
      ),
    ),
    ipFamilies: optional(listOf('Only IPv4 so far.', onlyWith(['IPv4'], oneOf('IPv4.', ['IPv4', 'IPv6'])))),
    ipFamilyPolicy: optional(
      onlyWith(
        ['SingleStack', 'PreferDualStack'],
        oneOf('Whether an address of each family is wanted.', [
          'SingleStack',
          'PreferDualStack',
          'RequireDualStack',
        ]),
      ),
    ),
    internalTrafficPolicy: optional(
      onlyWith(['Cluster'], oneOf('Which pods traffic from within goes to.', ['Cluster', 'Local'])),
    ),
    externalTrafficPolicy: optional(
      onlyWith(['Cluster'], oneOf('Which pods traffic from outside goes to.', ['Cluster', 'Local'])),
    ),
    allocateLoadBalancerNodePorts: optional(
      onlyWith([true], flag('Whether a Service of type LoadBalancer gets node ports.')),
    ),
    loadBalancerClass: optional(
      text(
        'With type LoadBalancer: who leads to it. Gantry does when it is absent or `gantry.dev/nodes`, and leaves others alone. Cannot be changed.',
      ),
    ),
    loadBalancerSourceRanges: optional(
      listOf(
        'With type LoadBalancer: who may come in at the addresses of the nodes; everybody when absent.',
        text('A range of IPv4 addresses, such as `10.0.0.0/8`.'),
      ),
    ),
  },
  notYet({
    externalIPs: OUTSIDE,
    loadBalancerIP: OUTSIDE,
    healthCheckNodePort: 'Traffic from outside goes to all pods, so that no node needs a check.',
    trafficDistribution: 'Traffic goes to all pods alike.',
  }),
);
export type ServiceSpec = Static<typeof ServiceSpec>;

const LoadBalancerIngress = struct(
  `${CORE}.LoadBalancerIngress`,
  'An address outside the cluster.',
  {
    ip: optional(text('The address.')),
    hostname: optional(text('The name.')),
  },
  notYet({ ipMode: OUTSIDE, ports: OUTSIDE }),
);

const LoadBalancerStatus = struct(`${CORE}.LoadBalancerStatus`, 'Addresses outside the cluster.', {
  ingress: optional(listOf('The addresses.', LoadBalancerIngress)),
});

export const ServiceStatus = struct(`${CORE}.ServiceStatus`, 'What is observed of a Service.', {
  loadBalancer: optional(described('Addresses outside the cluster.', LoadBalancerStatus)),
  conditions: optional(
    listOf('Observed facts.', MetaCondition, {
      patchMergeKey: 'type',
      listMapKeys: ['type'],
    }),
  ),
});
export type ServiceStatus = Static<typeof ServiceStatus>;
