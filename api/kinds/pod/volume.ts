// Volumes of a pod: folders that its containers share or that are filled from the API.
import type { Static } from 'typebox';
import {
  described,
  flag,
  integer,
  listOf,
  notYet,
  oneOf,
  onlyBeside,
  optional,
  quantity,
  struct,
  text,
} from '../../schema.ts';
import { ObjectFieldSelector, ResourceFieldSelector } from './env.ts';

const CORE = 'io.k8s.api.core.v1';
const MODE = { minimum: 0, maximum: 0o777 };

const defaultMode = optional(
  integer('Permission bits of the files, decimal in JSON (420 is 0644).', { ...MODE, default: 420 }),
);

export const KeyToPath = struct(`${CORE}.KeyToPath`, 'Puts one entry into one file.', {
  key: text('Key of the entry.'),
  path: text('Path of the file in the volume; relative, without `..`.'),
  mode: optional(integer('Permission bits of the file; those of the volume when absent.', MODE)),
});
export type KeyToPath = Static<typeof KeyToPath>;

const items = optional(listOf('Entries to show and where; all under their keys when absent.', KeyToPath));

export const EmptyDirVolumeSource = struct(
  `${CORE}.EmptyDirVolumeSource`,
  'An empty folder that lives as long as the pod.',
  {
    medium: optional(oneOf("Where it lies: empty for the node's disk, Memory for a tmpfs.", ['', 'Memory'])),
    sizeLimit: optional(
      onlyBeside('medium', 'Memory', quantity('How large the tmpfs may grow; on disk there is no limit.')),
    ),
  },
);

export const HostPathVolumeSource = struct(`${CORE}.HostPathVolumeSource`, 'A file or folder of the node.', {
  path: text('Absolute path on the node.'),
  type: optional(
    oneOf(
      'What must be there: empty for no check; DirectoryOrCreate and FileOrCreate make what is missing.',
      ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'],
      { default: '' },
    ),
  ),
});

export const ConfigMapVolumeSource = struct(
  `${CORE}.ConfigMapVolumeSource`,
  'The entries of a ConfigMap as files; kept up to date.',
  {
    name: text('Name of the ConfigMap.'),
    items,
    defaultMode,
    optional: optional(flag('Whether the ConfigMap or an entry may be missing.')),
  },
);

export const SecretVolumeSource = struct(
  `${CORE}.SecretVolumeSource`,
  'The entries of a Secret as files; kept up to date.',
  {
    secretName: text('Name of the Secret.'),
    items,
    defaultMode,
    optional: optional(flag('Whether the Secret or an entry may be missing.')),
  },
);

export const DownwardAPIVolumeFile = struct(
  `${CORE}.DownwardAPIVolumeFile`,
  'One file with a fact about the pod.',
  {
    path: text('Path of the file in the volume; relative, without `..`.'),
    fieldRef: optional(described('A field of the pod: metadata only.', ObjectFieldSelector)),
    resourceFieldRef: optional(described('A resource amount of a container.', ResourceFieldSelector)),
    mode: optional(integer('Permission bits of the file; those of the volume when absent.', MODE)),
  },
);
export type DownwardAPIVolumeFile = Static<typeof DownwardAPIVolumeFile>;

const downwardItems = optional(listOf('The files.', DownwardAPIVolumeFile));

export const DownwardAPIVolumeSource = struct(
  `${CORE}.DownwardAPIVolumeSource`,
  'Facts about the pod as files.',
  {
    items: downwardItems,
    defaultMode,
  },
);

export const ConfigMapProjection = struct(`${CORE}.ConfigMapProjection`, 'Entries of a ConfigMap.', {
  name: text('Name of the ConfigMap.'),
  items,
  optional: optional(flag('Whether the ConfigMap or an entry may be missing.')),
});

export const SecretProjection = struct(`${CORE}.SecretProjection`, 'Entries of a Secret.', {
  name: text('Name of the Secret.'),
  items,
  optional: optional(flag('Whether the Secret or an entry may be missing.')),
});

export const DownwardAPIProjection = struct(`${CORE}.DownwardAPIProjection`, 'Facts about the pod.', {
  items: downwardItems,
});

export const VolumeProjection = struct(
  `${CORE}.VolumeProjection`,
  'One source of a projected volume. Exactly one is set.',
  {
    configMap: optional(described('Entries of a ConfigMap.', ConfigMapProjection)),
    secret: optional(described('Entries of a Secret.', SecretProjection)),
    downwardAPI: optional(described('Facts about the pod.', DownwardAPIProjection)),
  },
  notYet({
    serviceAccountToken: 'Put a token into a Secret and mount that.',
    clusterTrustBundle: 'Put the certificates into a ConfigMap and mount that.',
    podCertificate: 'Put the certificate into a Secret and mount that.',
  }),
);
export type VolumeProjection = Static<typeof VolumeProjection>;

export const ProjectedVolumeSource = struct(
  `${CORE}.ProjectedVolumeSource`,
  'Several sources in one folder; kept up to date.',
  { sources: optional(listOf('The sources.', VolumeProjection)), defaultMode },
);

const CLAIM = 'Use emptyDir or hostPath instead.';

export const Volume = struct(
  `${CORE}.Volume`,
  'A folder that containers of the pod may mount. Beside its name exactly one source is set.',
  {
    name: text('Name of the volume, unique in the pod.'),
    emptyDir: optional(described('An empty folder that lives as long as the pod.', EmptyDirVolumeSource)),
    hostPath: optional(described('A file or folder of the node.', HostPathVolumeSource)),
    configMap: optional(described('Entries of a ConfigMap as files.', ConfigMapVolumeSource)),
    secret: optional(described('Entries of a Secret as files.', SecretVolumeSource)),
    downwardAPI: optional(described('Facts about the pod as files.', DownwardAPIVolumeSource)),
    projected: optional(described('Several of these in one folder.', ProjectedVolumeSource)),
  },
  notYet({
    persistentVolumeClaim: CLAIM,
    ephemeral: CLAIM,
    nfs: 'Mount it on the node and use hostPath.',
    iscsi: CLAIM,
    csi: CLAIM,
    image: 'Copy the files in an init container.',
    gitRepo: 'Clone in an init container.',
    fc: CLAIM,
    cephfs: CLAIM,
    rbd: CLAIM,
    glusterfs: CLAIM,
    flexVolume: CLAIM,
    awsElasticBlockStore: CLAIM,
    azureDisk: CLAIM,
    azureFile: CLAIM,
    gcePersistentDisk: CLAIM,
    cinder: CLAIM,
    vsphereVolume: CLAIM,
    portworxVolume: CLAIM,
    quobyte: CLAIM,
    scaleIO: CLAIM,
    storageos: CLAIM,
    flocker: CLAIM,
    photonPersistentDisk: CLAIM,
  }),
);
export type Volume = Static<typeof Volume>;
