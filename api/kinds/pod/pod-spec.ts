// The desired state of a pod, and the template from which workloads make pods.
import type { Static } from 'typebox';
import { ObjectMeta } from '../../meta.ts';
import {
  described,
  flag,
  integer,
  listOf,
  long,
  mapOf,
  notYet,
  oneOf,
  onlyWith,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { LocalObjectReference } from '../reference.ts';
import { Affinity, Toleration, TopologySpreadConstraint } from './affinity.ts';
import { Container } from './container.ts';
import { PodSecurityContext } from './security.ts';
import { Volume } from './volume.ts';

const CORE = 'io.k8s.api.core.v1';
const BY_NAME = { patchMergeKey: 'name', listMapKeys: ['name'] };

export const HostAlias = struct(`${CORE}.HostAlias`, 'A line of /etc/hosts in the containers.', {
  ip: text('The address.'),
  hostnames: optional(listOf('Names for the address.', text('A name.'))),
});
export type HostAlias = Static<typeof HostAlias>;

const PodDNSConfigOption = struct(`${CORE}.PodDNSConfigOption`, 'An option of the resolver.', {
  name: optional(text('Its name, e.g. ndots.')),
  value: optional(text('Its value, if it has one.')),
});

export const PodDNSConfig = struct(`${CORE}.PodDNSConfig`, 'How names are resolved in the containers.', {
  nameservers: optional(
    listOf('Addresses of further resolvers; at most three are asked.', text('An address.'), {
      listType: 'atomic',
    }),
  ),
  searches: optional(
    listOf('Further domains in which short names are looked for.', text('A domain.'), {
      listType: 'atomic',
    }),
  ),
  options: optional(
    listOf('Options of the resolver; they replace those of the same name.', PodDNSConfigOption, {
      listType: 'atomic',
    }),
  ),
});
export type PodDNSConfig = Static<typeof PodDNSConfig>;

export const PodOS = struct(`${CORE}.PodOS`, 'The operating system of the pod.', {
  name: optional(onlyWith(['linux'], text('linux.'))),
});

export const PodSchedulingGate = struct(`${CORE}.PodSchedulingGate`, 'Something that has to happen first.', {
  name: text('Its name, as domain/name or name: whoever set it takes it away.'),
});

export const PodSpec = struct(
  `${CORE}.PodSpec`,
  'What a pod is to be: its containers and how they run together on one node.',
  {
    containers: listOf('The containers; they share network and volumes.', Container, BY_NAME, {
      minItems: 1,
    }),
    initContainers: optional(
      listOf('Run one after the other, each to success, before the containers start.', Container, BY_NAME),
    ),
    volumes: optional(
      listOf('Folders that the containers may mount.', Volume, {
        ...BY_NAME,
        patchStrategy: 'merge,retainKeys',
      }),
    ),
    restartPolicy: optional(
      oneOf('When an ended container is started again.', ['Always', 'OnFailure', 'Never'], {
        default: 'Always',
      }),
    ),
    terminationGracePeriodSeconds: optional(
      long('Seconds from the request to stop until the containers are killed.', { minimum: 0, default: 30 }),
    ),
    activeDeadlineSeconds: optional(
      long('Seconds after which the pod is ended as failed, whatever it does.', { minimum: 1 }),
    ),
    nodeName: optional(
      text('The node that runs the pod. Set by the scheduler; set by hand it skips scheduling.'),
    ),
    nodeSelector: optional(
      mapOf('Labels that the node must have.', text('The value.'), { 'x-kubernetes-map-type': 'atomic' }),
    ),
    affinity: optional(described('Where the pod must or should run.', Affinity)),
    tolerations: optional(listOf('Taints of nodes that the pod bears.', Toleration)),
    topologySpreadConstraints: optional(
      listOf('How like pods are spread over places.', TopologySpreadConstraint, {
        patchMergeKey: 'topologyKey',
        listMapKeys: ['topologyKey', 'whenUnsatisfiable'],
      }),
    ),
    schedulerName: optional(
      onlyWith(
        ['default-scheduler'],
        text('default-scheduler: the only one.', { default: 'default-scheduler' }),
      ),
    ),
    schedulingGates: optional(
      listOf(
        'The pod is not scheduled before all of them have been taken away. None may be added later.',
        PodSchedulingGate,
        BY_NAME,
      ),
    ),
    priorityClassName: optional(text('Name of a PriorityClass; it sets `priority` and `preemptionPolicy`.')),
    priority: optional(
      integer(
        'Pods with a higher number are scheduled first, and may take the place of others. 0 when absent.',
      ),
    ),
    preemptionPolicy: optional(
      oneOf('Whether pods of lower priority may have to leave for this one.', [
        'PreemptLowerPriority',
        'Never',
      ]),
    ),
    serviceAccountName: optional(
      text('Name of the ServiceAccount whose image pull secrets the pod uses as well.'),
    ),
    serviceAccount: optional(text('Old name of serviceAccountName; follows it.')),
    automountServiceAccountToken: optional(
      onlyWith([false], flag('false: no token is put into containers.')),
    ),
    enableServiceLinks: optional(
      flag(
        'Whether variables with the addresses of services are set; there are no services yet, so none is.',
      ),
    ),
    securityContext: optional(
      described('User and kernel parameters for all containers.', PodSecurityContext, { default: {} }),
    ),
    hostNetwork: optional(flag("Whether the pod uses the node's network; its ports are the node's ports.")),
    hostPID: optional(onlyWith([false], flag('false: the pod has process namespaces of its own.'))),
    hostIPC: optional(onlyWith([false], flag('false: the pod has IPC namespaces of its own.'))),
    hostUsers: optional(onlyWith([true], flag("true: user IDs are the node's."))),
    shareProcessNamespace: optional(onlyWith([false], flag('false: each container sees its own processes.'))),
    hostname: optional(text('Host name inside the pod; its name when absent.')),
    subdomain: optional(
      text('Name of a headless Service: DNS then knows the pod by its `hostname` below that name.'),
    ),
    setHostnameAsFQDN: optional(onlyWith([false], flag('false: the host name is the short name.'))),
    hostAliases: optional(
      listOf('Extra lines of /etc/hosts.', HostAlias, { patchMergeKey: 'ip', listMapKeys: ['ip'] }),
    ),
    dnsPolicy: optional(
      oneOf(
        "ClusterFirst: names of the cluster, then as the node does, where the node has DNS for the cluster; with the node's network it is Default. ClusterFirstWithHostNet: the same there too. Default: as the node does. None: only what dnsConfig says.",
        ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
        { default: 'ClusterFirst' },
      ),
    ),
    dnsConfig: optional(described('What is added to that.', PodDNSConfig)),
    imagePullSecrets: optional(
      listOf('Secrets with the passwords of image registries.', LocalObjectReference, BY_NAME),
    ),
    os: optional(described('linux.', PodOS)),
  },
  notYet({
    ephemeralContainers: 'Use exec into a running container.',
    readinessGates: 'Readiness comes from the probes of the containers.',
    resourceClaims: 'Devices cannot be claimed.',
    resources: 'Set the resources of each container.',
    runtimeClassName: "The engine's default runtime is used.",
    overhead: 'Add it to the requests of a container.',
    hostnameOverride: 'Use hostname.',
    workloadRef: 'Pods are scheduled one by one.',
  }),
);
export type PodSpec = Static<typeof PodSpec>;

export const PodTemplateSpec = struct(`${CORE}.PodTemplateSpec`, 'From which pods are made.', {
  metadata: optional(described('Labels and annotations of the pods.', ObjectMeta)),
  spec: described('What the pods are to be.', PodSpec),
});
export type PodTemplateSpec = Static<typeof PodTemplateSpec>;
