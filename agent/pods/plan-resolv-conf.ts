// How the containers of a pod come to their /etc/resolv.conf: a file in the pod's folder, mounted over the engine's own,
// which differs from network to network. Pure.
import type { Container, Pod } from '@gantry/api/kinds/pod';
import { podResolvConf } from '../dns/resolv-conf.ts';
import type { Mount } from '../runtime/runtime.ts';
import type { FileAction } from '../volumes/file-action.ts';
import { resolvConfFile } from '../volumes/pod-folders.ts';
import type { NodeFacts } from './observed.ts';

const TARGET = '/etc/resolv.conf';
/** Containers may run under any user. */
const MODE = 0o644;

/** What to write and to mount; nothing when the engine's file is right, or the container brings its own. */
export function planResolvConf(
  pod: Pod,
  container: Container,
  { dns, podsFolder }: Pick<NodeFacts, 'dns' | 'podsFolder'>,
): { mounts: Mount[]; actions: FileAction[] } {
  const isGiven = container.volumeMounts?.some(({ mountPath }) => mountPath === TARGET) ?? false;
  const file = dns === undefined || isGiven ? undefined : podResolvConf(pod, dns);
  if (file === undefined) return { mounts: [], actions: [] };
  const path = resolvConfFile(podsFolder, pod.metadata.uid ?? '');
  const readOnly = container.securityContext?.readOnlyRootFilesystem ?? false;
  return {
    mounts: [{ source: path, target: TARGET, readOnly }],
    actions: [{ type: 'text-file', path, text: file.text, mode: MODE }],
  };
}
