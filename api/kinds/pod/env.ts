// Environment variables of a container and the places from which their values come.
import type { Static } from 'typebox';
import { ATOMIC, described, flag, notYet, optional, quantity, struct, text } from '../../schema.ts';

const CORE = 'io.k8s.api.core.v1';

export const ObjectFieldSelector = struct(
  `${CORE}.ObjectFieldSelector`,
  'Names a field of the pod itself.',
  {
    fieldPath: text(
      "The field: metadata.name, metadata.namespace, metadata.uid, metadata.labels['key'], metadata.annotations['key'], " +
        'spec.nodeName, spec.serviceAccountName, status.hostIP, status.podIP, …',
    ),
    apiVersion: optional(text('API version in which the path is written.', { default: 'v1' })),
  },
  ATOMIC,
);
export type ObjectFieldSelector = Static<typeof ObjectFieldSelector>;

export const ResourceFieldSelector = struct(
  `${CORE}.ResourceFieldSelector`,
  'Names a resource amount of a container of the pod.',
  {
    resource: text('limits.cpu, limits.memory, requests.cpu or requests.memory.'),
    containerName: optional(text('The container; needed in volumes, else the container itself.')),
    divisor: optional(quantity('Unit of the value, e.g. `1Mi`; 1 (core or byte) when absent.')),
  },
  ATOMIC,
);
export type ResourceFieldSelector = Static<typeof ResourceFieldSelector>;

export const ConfigMapKeySelector = struct(
  `${CORE}.ConfigMapKeySelector`,
  'Names one entry of a ConfigMap.',
  {
    name: text('Name of the ConfigMap.'),
    key: text('Key of the entry.'),
    optional: optional(flag('Whether the ConfigMap or the entry may be missing.')),
  },
  ATOMIC,
);
export type ConfigMapKeySelector = Static<typeof ConfigMapKeySelector>;

export const SecretKeySelector = struct(
  `${CORE}.SecretKeySelector`,
  'Names one entry of a Secret.',
  {
    name: text('Name of the Secret.'),
    key: text('Key of the entry.'),
    optional: optional(flag('Whether the Secret or the entry may be missing.')),
  },
  ATOMIC,
);
export type SecretKeySelector = Static<typeof SecretKeySelector>;

export const EnvVarSource = struct(
  `${CORE}.EnvVarSource`,
  'Where the value of a variable comes from. Exactly one is set.',
  {
    fieldRef: optional(described('A field of the pod.', ObjectFieldSelector)),
    resourceFieldRef: optional(described('A resource amount of the container.', ResourceFieldSelector)),
    configMapKeyRef: optional(described('An entry of a ConfigMap.', ConfigMapKeySelector)),
    secretKeyRef: optional(described('An entry of a Secret.', SecretKeySelector)),
  },
  notYet({ fileKeyRef: 'Use a ConfigMap or Secret entry instead.' }),
);
export type EnvVarSource = Static<typeof EnvVarSource>;

export const EnvVar = struct(`${CORE}.EnvVar`, 'One environment variable.', {
  name: text('Name of the variable.'),
  value: optional(text('The value. $(NAME) is replaced by an earlier variable, $$(NAME) stands for itself.')),
  valueFrom: optional(described('Where the value comes from, when it is not given.', EnvVarSource)),
});
export type EnvVar = Static<typeof EnvVar>;

export const ConfigMapEnvSource = struct(`${CORE}.ConfigMapEnvSource`, 'All entries of a ConfigMap.', {
  name: text('Name of the ConfigMap.'),
  optional: optional(flag('Whether the ConfigMap may be missing.')),
});

export const SecretEnvSource = struct(`${CORE}.SecretEnvSource`, 'All entries of a Secret.', {
  name: text('Name of the Secret.'),
  optional: optional(flag('Whether the Secret may be missing.')),
});

export const EnvFromSource = struct(
  `${CORE}.EnvFromSource`,
  'Turns all entries of a ConfigMap or a Secret into variables.',
  {
    prefix: optional(text('Put before each name.')),
    configMapRef: optional(described('The ConfigMap.', ConfigMapEnvSource)),
    secretRef: optional(described('The Secret.', SecretEnvSource)),
  },
);
export type EnvFromSource = Static<typeof EnvFromSource>;
