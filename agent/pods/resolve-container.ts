// Turns a container of a pod into what the runtime needs to start it: every reference resolved, nothing left to
// decide. Pure.
import { bytesOf, cpuMilliOf } from '@gantry/api/quantity';
import type { Container, Pod } from '@gantry/api/kinds/pod';
import type { ContainerSpec, PodIdentity } from '../runtime/runtime.ts';
import type { DownwardContext } from '../volumes/downward.ts';
import { expandVariables } from '../volumes/expand-variables.ts';
import type { FileAction } from '../volumes/file-action.ts';
import { planResolvConf } from './plan-resolv-conf.ts';
import { planMounts } from '../volumes/plan-volumes.ts';
import { messageFile } from '../volumes/pod-folders.ts';
import { attempt, missing, resolveEnv, type Resolution } from '../volumes/resolve-env.ts';
import type { Observed } from './observed.ts';
import { qosClassOf } from './qos-class.ts';
import { QUICK_EXITS_LABEL } from './restart-back-off.ts';
import { specHash } from './spec-hash.ts';

export interface ResolvedContainer {
  spec: ContainerSpec;
  /** What has to be on disk before the start. */
  files: readonly FileAction[];
}

/** What a start adds to the container's definition. */
export interface StartFacts {
  kind: 'init' | 'app';
  sandboxId: string;
  podIp: string;
  attempt: number;
  quickExits: number;
  imageId: string;
}

const MESSAGE_PATH = '/dev/termination-log';

/** What the downward API tells about this pod. */
export function downwardContext(observed: Observed, podIp: string): DownwardContext {
  const { name, hostIp, allocatable } = observed.node;
  return { podIp: podIp === '' ? hostIp : podIp, hostIp, nodeName: name, allocatable };
}

/** `namespace`, `name` and `uid` of a pod. */
export function identityOf(pod: Pod): PodIdentity {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  return { namespace, name, uid };
}

/** The hostname inside the pod: Linux takes 63 characters. */
export function hostnameOf(pod: Pod): string {
  return (pod.spec.hostname ?? pod.metadata.name ?? '').slice(0, 63).replace(/[-.]+$/, '');
}

/** The start of `container`, or what is missing for it. */
export function resolveContainer(
  observed: Observed,
  container: Container,
  start: StartFacts,
): Resolution<ResolvedContainer> {
  return attempt(() => {
    const { pod, node, sources } = observed;
    const variables = resolveEnv(pod, container, sources, downwardContext(observed, start.podIp));
    const { mounts, actions } = planMounts(pod, container, node.podsFolder);
    const names = planResolvConf(pod, container, node);
    const message = messageFile(node.podsFolder, pod.metadata.uid ?? '', container.name, start.attempt);
    const target = container.terminationMessagePath ?? MESSAGE_PATH;
    const spec: ContainerSpec = {
      pod: identityOf(pod),
      sandboxId: start.sandboxId,
      name: container.name,
      kind: start.kind,
      attempt: start.attempt,
      specHash: specHash(container),
      imageId: start.imageId,
      imageName: container.image,
      ...commandOf(container, variables),
      env: [...variables].map(([name, value]) => `${name}=${value}`),
      ...(container.workingDir === undefined ? {} : { workingDir: container.workingDir }),
      mounts: [...mounts, ...names.mounts, { source: message, target, readOnly: false }],
      ...resourcesOf(container),
      ...oomScoreOf(pod, container, node.allocatable.memoryBytes),
      tty: container.tty ?? false,
      stdin: container.stdin ?? false,
      stdinOnce: container.stdinOnce ?? false,
      ...securityOf(pod, container),
      hostname: hostnameOf(pod),
      labels: { [QUICK_EXITS_LABEL]: String(start.quickExits) },
    };
    return { spec, files: [...actions, ...names.actions, { type: 'message-file', path: message }] };
  });
}

function commandOf(container: Container, variables: ReadonlyMap<string, string>) {
  const expand = (words: readonly string[]): string[] =>
    words.map((word) => expandVariables(word, variables));
  const { command, args } = container;
  return {
    ...(command === undefined || command.length === 0 ? {} : { command: expand(command) }),
    ...(args === undefined || args.length === 0 ? {} : { args: expand(args) }),
  };
}

function resourcesOf(container: Container) {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const cpuRequest = requests['cpu'] ?? limits['cpu'];
  return {
    ...(limits['cpu'] === undefined ? {} : { cpuMilliLimit: cpuMilliOf(limits['cpu']) }),
    ...(cpuRequest === undefined ? {} : { cpuMilliRequest: cpuMilliOf(cpuRequest) }),
    ...(limits['memory'] === undefined ? {} : { memoryBytesLimit: bytesOf(limits['memory']) }),
  };
}

/**
 * Who is killed first when the machine runs out of memory, by Kubernetes' figures. Guaranteed pods keep the engine's
 * own score: a negative one takes rights that not every engine has.
 */
function oomScoreOf(pod: Pod, container: Container, nodeBytes: number): { oomScoreAdj?: number } {
  const qosClass = qosClassOf(pod);
  if (qosClass === 'Guaranteed') return {};
  if (qosClass === 'BestEffort') return { oomScoreAdj: 1000 };
  const { limits = {}, requests = {} } = container.resources ?? {};
  const share = bytesOf(requests['memory'] ?? limits['memory'] ?? '0') / Math.max(1, nodeBytes);
  return { oomScoreAdj: Math.min(999, Math.max(2, Math.round(1000 - 1000 * share))) };
}

function securityOf(pod: Pod, container: Container) {
  const shared = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const runAsUser = own.runAsUser ?? shared.runAsUser;
  const runAsGroup = own.runAsGroup ?? shared.runAsGroup;
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) === true && (runAsUser ?? 0) === 0) {
    missing(
      'container has runAsNonRoot and no runAsUser other than 0; set securityContext.runAsUser, since images are not looked into',
    );
  }
  return {
    privileged: own.privileged ?? false,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    capabilities: { add: own.capabilities?.add ?? [], drop: own.capabilities?.drop ?? [] },
  };
}
