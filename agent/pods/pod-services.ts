// What the control plane may ask of this node about its pods: logs, exec, attach, ports, usage. Finds the container
// that is meant and hands over to the runtime.
import type { ContainerStatus } from '@gantry/api/kinds/pod';
import { OperationalError } from '@gantry/kit/operational-error';
import type { ContainerState, Runtime } from '../runtime/runtime.ts';
import type { NodeServices, PodContainerRef } from '../tunnel/node-services.ts';
import type { Pods } from './pods.ts';
import type { RuntimeView } from './runtime-view.ts';

export interface PodServicesDeps {
  runtime: Pick<Runtime, 'logs' | 'exec' | 'attach' | 'connectPort' | 'usage'>;
  pods: Pick<Pods, 'get' | 'find'>;
  view: Pick<RuntimeView, 'of'>;
  traffic: NodeServices['traffic'];
  metrics: NodeServices['metrics'];
  timeline: NodeServices['timeline'];
  nodeUsage(): { cpuMilli: number; memoryBytes: number; atMs: number };
}

/** Connections to ports of pods at once: others than these streams of the tunnel stay free for logs and exec. */
export const PORT_CONNECTIONS_MAX = 256;

export function createPodServices(deps: PodServicesDeps): NodeServices {
  let connections = 0;
  return {
    traffic: () => deps.traffic(),
    metrics: () => deps.metrics(),
    timeline: (options) => deps.timeline(options),
    async logs(ref, options, out, signal) {
      const { previous, ...rest } = options;
      const { id } = findLogged(deps, ref, previous);
      // Both streams of the container are one to whoever reads its log.
      await deps.runtime.logs(id, out, out, { ...rest, signal });
    },
    async exec(ref, { command, tty }, streams, signal) {
      const { id } = findRunning(deps, ref);
      return deps.runtime.exec(id, { command, tty, ...streams, signal });
    },
    async attach(ref, { tty }, streams, signal) {
      const { id } = findRunning(deps, ref);
      await deps.runtime.attach(id, { tty, ...streams, signal });
    },
    async connectPort(ref, port, signal) {
      const sandboxId = findSandbox(deps, ref);
      if (connections >= PORT_CONNECTIONS_MAX) {
        throw new OperationalError(
          'tunnel-busy',
          `the node carries ${PORT_CONNECTIONS_MAX} connections to ports already; end some and try again`,
        );
      }
      connections += 1;
      const leave = (): void => void (connections -= 1);
      try {
        return (await deps.runtime.connectPort(sandboxId, port, signal)).once('close', leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
    async usage() {
      return { containers: await deps.runtime.usage(), node: deps.nodeUsage() };
    },
  };
}

function findSandbox(deps: PodServicesDeps, ref: PodRef): string {
  const running = deps.view.of(podUidOf(deps, ref)).sandboxes.find((sandbox) => sandbox.running);
  if (running !== undefined) return running.id;
  throw notFound(`pod ${ref.namespace}/${ref.pod} is not running`);
}

type PodRef = Omit<PodContainerRef, 'container'>;

function podUidOf(deps: PodServicesDeps, ref: PodRef): string {
  const worker = ref.podUid === '' ? deps.pods.find(ref.namespace, ref.pod) : deps.pods.get(ref.podUid);
  const podUid = worker?.pod.metadata.uid;
  if (podUid === undefined) throw notFound(`pod ${ref.namespace}/${ref.pod} is not on this node`);
  return podUid;
}

/** Attempts of the container, the newest first. */
function attemptsOf(deps: PodServicesDeps, ref: PodContainerRef): ContainerState[] {
  return deps.view
    .of(podUidOf(deps, ref))
    .containers.filter(({ name }) => name === ref.container)
    .toSorted((a, b) => b.attempt - a.attempt || b.createdAtMs - a.createdAtMs);
}

function findRunning(deps: PodServicesDeps, ref: PodContainerRef): ContainerState {
  const running = attemptsOf(deps, ref).find(({ status }) => status === 'running');
  if (running !== undefined) return running;
  throw notFound(`container ${ref.container} of pod ${ref.pod} is not running${whyNot(deps, ref)}`);
}

function findLogged(deps: PodServicesDeps, ref: PodContainerRef, previous: boolean): ContainerState {
  const attempts = attemptsOf(deps, ref);
  if (previous) {
    const ended = attempts.filter(({ status }) => status === 'exited');
    // While the container waits for its restart, the newest attempt is the previous one.
    const found =
      ended.find((one) => one !== attempts[0]) ?? (attempts[0] === ended[0] ? ended[0] : undefined);
    if (found !== undefined) return found;
    throw notFound(`previous terminated container "${ref.container}" in pod "${ref.pod}" not found`);
  }
  const [newest] = attempts;
  if (newest !== undefined) return newest;
  throw notFound(`container "${ref.container}" in pod "${ref.pod}" is waiting to start${whyNot(deps, ref)}`);
}

function whyNot(deps: PodServicesDeps, ref: PodContainerRef): string {
  const worker = deps.pods.get(ref.podUid) ?? deps.pods.find(ref.namespace, ref.pod);
  const { initContainerStatuses = [], containerStatuses = [] } = worker?.status ?? {};
  const status: ContainerStatus | undefined = [...initContainerStatuses, ...containerStatuses].find(
    ({ name }) => name === ref.container,
  );
  const reason = status?.state?.waiting?.reason ?? status?.state?.terminated?.reason;
  return reason === undefined ? '' : `: ${reason}`;
}

function notFound(message: string): OperationalError {
  return new OperationalError('not-found', message);
}
