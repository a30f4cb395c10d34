// A container of a pod: image, command, ports, environment, resources, mounts, probes.
import type { Static } from 'typebox';
import {
  described,
  flag,
  integer,
  listOf,
  mapOf,
  notYet,
  oneOf,
  onlyWith,
  optional,
  quantity,
  struct,
  text,
} from '../../schema.ts';
import { EnvFromSource, EnvVar } from './env.ts';
import { Lifecycle, Probe } from './probe.ts';
import { SecurityContext } from './security.ts';

const CORE = 'io.k8s.api.core.v1';

export const ContainerPort = struct(`${CORE}.ContainerPort`, 'A port on which the container listens.', {
  containerPort: integer('Number of the port inside the pod.', { minimum: 1, maximum: 65535 }),
  name: optional(text('Name by which probes and services may call the port.')),
  protocol: optional(oneOf('TCP or UDP.', ['TCP', 'UDP'], { default: 'TCP' })),
  hostPort: optional(integer('Port of the node that leads to this one.', { minimum: 0, maximum: 65535 })),
  hostIP: optional(text('Address of the node on which hostPort is opened.')),
});
export type ContainerPort = Static<typeof ContainerPort>;

export const ResourceRequirements = struct(
  `${CORE}.ResourceRequirements`,
  'How much CPU, memory and other resources a container needs and may use.',
  {
    limits: optional(
      mapOf(
        'The most that it may use, by resource: cpu, memory.',
        quantity('An amount.'),
        notYet({ 'ephemeral-storage': 'The disk of the node is shared without limits.' }),
      ),
    ),
    requests: optional(
      mapOf('What the scheduler reserves for it; the limit when absent.', quantity('An amount.')),
    ),
  },
  notYet({ claims: 'Devices cannot be claimed.' }),
);
export type ResourceRequirements = Static<typeof ResourceRequirements>;

export const VolumeMount = struct(
  `${CORE}.VolumeMount`,
  'Shows a volume of the pod inside the container.',
  {
    name: text('Name of the volume.'),
    mountPath: text('Where in the container the volume appears.'),
    readOnly: optional(flag('Whether the container may only read it.')),
    subPath: optional(text('Folder or file of the volume that is shown instead of its root.')),
    mountPropagation: optional(
      onlyWith(['None'], text('None: mounts made later on either side stay there.')),
    ),
  },
  notYet({
    subPathExpr: 'Write the path out in subPath.',
    recursiveReadOnly: 'Mounts below a read-only mount keep their own setting.',
  }),
);
export type VolumeMount = Static<typeof VolumeMount>;

export const Container = struct(
  `${CORE}.Container`,
  'One container of a pod.',
  {
    name: text('Name of the container, unique in the pod.'),
    image: text('The image: a name with tag or digest, or an ID (`sha256:…`) of one that the node has.'),
    command: optional(
      listOf("Program and first arguments; replaces the image's entrypoint.", text('A word.')),
    ),
    args: optional(listOf("Arguments; replace the image's own.", text('A word.'))),
    workingDir: optional(text("Folder in which the program starts; the image's own when absent.")),
    ports: optional(
      listOf('Ports on which the container listens.', ContainerPort, {
        patchMergeKey: 'containerPort',
        listMapKeys: ['containerPort', 'protocol'],
      }),
    ),
    envFrom: optional(listOf('ConfigMaps and Secrets whose entries become variables.', EnvFromSource)),
    env: optional(
      listOf('Environment variables; they win over envFrom.', EnvVar, {
        patchMergeKey: 'name',
        listMapKeys: ['name'],
      }),
    ),
    resources: optional(
      described('CPU and memory that the container needs and may use.', ResourceRequirements, {
        default: {},
      }),
    ),
    volumeMounts: optional(
      listOf('Volumes of the pod that the container sees.', VolumeMount, {
        patchMergeKey: 'mountPath',
        listMapKeys: ['mountPath'],
      }),
    ),
    startupProbe: optional(
      described('Must succeed once before the other probes begin; else a restart.', Probe),
    ),
    readinessProbe: optional(described('Tells whether the container may get traffic.', Probe)),
    livenessProbe: optional(described('Restarts the container when it fails.', Probe)),
    lifecycle: optional(described('What runs after the start and before the stop.', Lifecycle)),
    imagePullPolicy: optional(
      oneOf('When the image is pulled: Always for tag `latest`, else IfNotPresent.', [
        'Always',
        'IfNotPresent',
        'Never',
      ]),
    ),
    terminationMessagePath: optional(
      text('File in the container whose text becomes the message of its end.', {
        default: '/dev/termination-log',
      }),
    ),
    terminationMessagePolicy: optional(
      oneOf(
        'File: only that file. FallbackToLogsOnError: the last log lines when it is empty and the end was a failure.',
        ['File', 'FallbackToLogsOnError'],
        {
          default: 'File',
        },
      ),
    ),
    securityContext: optional(described('User, rights and capabilities.', SecurityContext)),
    stdin: optional(flag('Whether standard input is open, for attach.')),
    stdinOnce: optional(flag('Whether standard input is closed after the first attach ends.')),
    tty: optional(flag('Whether the container gets a terminal; needs stdin for input.')),
  },
  notYet({
    restartPolicy: 'Init containers run to their end; put a long-running one under containers.',
    restartPolicyRules: 'The restart policy of the pod decides.',
    resizePolicy: 'Changed resources make a new pod.',
    volumeDevices: 'Raw block devices are not offered.',
  }),
);
export type Container = Static<typeof Container>;
