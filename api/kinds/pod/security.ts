// Security settings of pods and containers: the parts that the node's engine enforces.
import type { Static } from 'typebox';
import { described, flag, listOf, long, notYet, onlyWith, optional, struct, text } from '../../schema.ts';

const CORE = 'io.k8s.api.core.v1';

const runAsUser = optional(
  long('User ID of the processes; else the one that the image names.', { minimum: 0 }),
);
const runAsGroup = optional(long('Primary group ID of the processes.', { minimum: 0 }));
const runAsNonRoot = optional(
  flag('Refuses containers that would run as user 0; needs `runAsUser`, since images are not looked into.'),
);

export const SeccompProfile = struct(
  `${CORE}.SeccompProfile`,
  'Which system calls are allowed.',
  { type: optional(onlyWith(['RuntimeDefault'], text("RuntimeDefault: the engine's own profile."))) },
  notYet({ localhostProfile: "The engine's own profile is used." }),
);

const seccompProfile = optional(described("The engine's own profile is always in force.", SeccompProfile));

export const Sysctl = struct(`${CORE}.Sysctl`, "A kernel parameter of the pod's namespaces.", {
  name: text('Name of the parameter.'),
  value: text('Value of the parameter.'),
});

export const PodSecurityContext = struct(
  `${CORE}.PodSecurityContext`,
  'Security settings for all containers of a pod; those of a container win.',
  {
    runAsUser,
    runAsGroup,
    runAsNonRoot,
    seccompProfile,
    sysctls: optional(listOf("Kernel parameters of the pod's network namespace.", Sysctl)),
  },
  notYet({
    fsGroup: 'Volumes keep the owner that the node gives them.',
    fsGroupChangePolicy: 'Volumes keep the owner that the node gives them.',
    supplementalGroups: 'Processes have their primary group only.',
    supplementalGroupsPolicy: 'Processes have their primary group only.',
    seLinuxOptions: "The engine's own labels are used.",
    seLinuxChangePolicy: "The engine's own labels are used.",
    appArmorProfile: "The engine's own profile is used.",
    windowsOptions: 'Nodes run Linux.',
  }),
);
export type PodSecurityContext = Static<typeof PodSecurityContext>;

export const Capabilities = struct(
  `${CORE}.Capabilities`,
  'Linux capabilities, beside those that the engine gives.',
  {
    add: optional(listOf('Capabilities to add, e.g. NET_ADMIN; ALL for all.', text('A capability.'))),
    drop: optional(listOf('Capabilities to take away; ALL for all.', text('A capability.'))),
  },
);
export type Capabilities = Static<typeof Capabilities>;

export const SecurityContext = struct(
  `${CORE}.SecurityContext`,
  'Security settings of a container; they win over those of the pod.',
  {
    privileged: optional(flag("Whether the container has all rights on the node's kernel and devices.")),
    readOnlyRootFilesystem: optional(flag("Whether the container's own file system is read-only.")),
    allowPrivilegeEscalation: optional(flag('Whether a process may gain more rights than its parent has.')),
    capabilities: optional(described('Linux capabilities to add and drop.', Capabilities)),
    runAsUser,
    runAsGroup,
    runAsNonRoot,
    seccompProfile,
  },
  notYet({
    procMount: "The engine's own mount of /proc is used.",
    seLinuxOptions: "The engine's own labels are used.",
    appArmorProfile: "The engine's own profile is used.",
    windowsOptions: 'Nodes run Linux.',
  }),
);
export type SecurityContext = Static<typeof SecurityContext>;
