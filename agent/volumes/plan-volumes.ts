// What a pod's volumes have to hold, as file actions. Pure: the same pod and sources give the same plan, and the
// fingerprint tells whether what is on disk was made from the same.
import type { Container, Pod, Volume } from '@gantry/api/kinds/pod';
import { bytesOf } from '@gantry/api/quantity';
import type { DownwardContext } from './downward.ts';
import type { FileAction, HostPathType } from './file-action.ts';
import { podFolder, volumeFolder } from './pod-folders.ts';
import { attempt, type Resolution } from './resolve-env.ts';
import type { SourceReader } from './sources.ts';
import { renderFiles } from './volume-files.ts';
import type { Mount } from '../runtime/runtime.ts';

export interface VolumePlan {
  /** Equal fingerprints: the same content. Holds no secret. */
  fingerprint: string;
  actions: readonly FileAction[];
}

export interface VolumeInputs {
  podsFolder: string;
  sources: SourceReader;
  context: DownwardContext;
}

const FOLDER_MODE = 0o755;
/** Containers may run under any user. */
const EMPTY_DIR_MODE = 0o777;

/** The plan for all volumes of the pod, or what is missing for it. */
export function planVolumes(pod: Pod, inputs: VolumeInputs): Resolution<VolumePlan> {
  return attempt(() => {
    const uid = pod.metadata.uid ?? '';
    const actions: FileAction[] = [
      { type: 'make-folder', path: podFolder(inputs.podsFolder, uid), mode: FOLDER_MODE },
    ];
    const versions: string[] = [];
    for (const volume of pod.spec.volumes ?? []) {
      const path = volumeFolder(inputs.podsFolder, uid, volume.name);
      const plan = planVolume(pod, volume, path, inputs);
      actions.push(...plan.actions);
      versions.push(...plan.versions);
    }
    return { fingerprint: versions.join('\n'), actions };
  });
}

function planVolume(
  pod: Pod,
  volume: Volume,
  path: string,
  inputs: VolumeInputs,
): { actions: FileAction[]; versions: string[] } {
  if (volume.hostPath !== undefined) {
    const hostPathType: HostPathType = volume.hostPath.type ?? '';
    return {
      actions: [{ type: 'host-path', volume: volume.name, path: volume.hostPath.path, hostPathType }],
      versions: [],
    };
  }
  const rendered = renderFiles(pod, volume, inputs);
  if (rendered === undefined) return { actions: [emptyFolder(volume, path)], versions: [] };
  return {
    actions: [
      { type: 'make-folder', path, mode: FOLDER_MODE },
      { type: 'write-files', path, files: rendered.files },
    ],
    versions: rendered.versions.map((version) => `${volume.name} ${version}`),
  };
}

function emptyFolder(volume: Volume, path: string): FileAction {
  const { medium, sizeLimit } = volume.emptyDir ?? {};
  if (medium !== 'Memory') return { type: 'make-folder', path, mode: EMPTY_DIR_MODE };
  return {
    type: 'mount-memory',
    path,
    ...(sizeLimit === undefined ? {} : { sizeBytes: bytesOf(sizeLimit) }),
  };
}

/** What a container sees of the volumes, and what has to be there before it starts. */
export function planMounts(
  pod: Pod,
  container: Container,
  podsFolder: string,
): { mounts: Mount[]; actions: FileAction[] } {
  const mounts: Mount[] = [];
  const actions: FileAction[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((one) => one.name === mount.name);
    const root = volume?.hostPath?.path ?? volumeFolder(podsFolder, pod.metadata.uid ?? '', mount.name);
    const subPath = mount.subPath ?? '';
    const source = subPath === '' ? root : `${root}/${subPath}`;
    if (subPath !== '') actions.push({ type: 'sub-path', root, path: source });
    mounts.push({ source, target: mount.mountPath, readOnly: mount.readOnly ?? isReadOnly(volume) });
  }
  return { mounts, actions };
}

/** Files that come from the API are replaced by the agent: what a container wrote there would be lost. */
function isReadOnly(volume: Volume | undefined): boolean {
  return volume?.emptyDir === undefined && volume?.hostPath === undefined;
}
