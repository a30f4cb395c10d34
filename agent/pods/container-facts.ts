// What is true of each container of a pod, read from the runtime and, where that has forgotten, from the last
// status. Pure. Everything that decides or reports builds on these facts.
import type { Container, ContainerStateTerminated, ContainerStatus } from '@gantry/api/kinds/pod';
import type { ContainerState, SandboxState } from '../runtime/runtime.ts';
import { cannotRunState, lostState, terminatedState } from './container-exit.ts';
import type { Failure, Observed } from './observed.ts';

import { specHash } from './spec-hash.ts';

/** The runtime's code for a container that could be made but not started: bad command, bad mount. */
const CANNOT_START = 'container-start-failed';

export interface ContainerFacts {
  name: string;
  kind: 'init' | 'app';
  spec: Container;
  /** The newest attempt that was really started, or failed to. */
  current?: ContainerState;
  /** The attempt before; kept for its logs. */
  previous?: ContainerState;
  /** Dead attempts that nobody needs any more, and remnants of a start that was cut off. */
  obsolete: readonly ContainerState[];
  /** The last status of this container. */
  known?: ContainerStatus;
  isRunning: boolean;
  /** How the newest attempt ended; also when the runtime has forgotten it. */
  ended?: ContainerStateTerminated;
  /** The last start failed, and left nothing behind in the runtime: it counts as a run that ended at once. */
  startFailure?: Failure;
  /** Number of the attempt that the next start makes. */
  nextAttempt: number;
  /** The newest attempt was made from another definition (its image has been changed). */
  isOutdated: boolean;
}

export interface PodFacts {
  /** The newest sandbox, if it runs. */
  sandbox?: SandboxState;
  /** All others: dead or superfluous. */
  staleSandboxes: readonly SandboxState[];
  init: readonly ContainerFacts[];
  app: readonly ContainerFacts[];
  /** Containers whose name the pod does not have. */
  strangers: readonly ContainerState[];
  /** All init containers have done their work in this sandbox. */
  isInitialized: boolean;
  /** The first init container that has work left. */
  nextInit?: ContainerFacts;
}

/** Reads the facts. */
export function factsOf(observed: Observed): PodFacts {
  const { pod, sandboxes } = observed;
  const sandbox = sandboxes[0]?.running === true ? sandboxes[0] : undefined;
  const init = (pod.spec.initContainers ?? []).map((spec) => containerFacts(observed, spec, 'init'));
  const app = pod.spec.containers.map((spec) => containerFacts(observed, spec, 'app'));
  const names = new Set([...init, ...app].map((facts) => facts.name));
  const nextInit = nextInitOf(init, app, sandbox);
  return {
    ...(sandbox === undefined ? {} : { sandbox }),
    staleSandboxes: sandboxes.filter((other) => other !== sandbox),
    init,
    app,
    strangers: observed.containers.filter((container) => !names.has(container.name)),
    isInitialized: nextInit === undefined,
    ...(nextInit === undefined ? {} : { nextInit }),
  };
}

function containerFacts(observed: Observed, spec: Container, kind: 'init' | 'app'): ContainerFacts {
  const own = observed.containers
    .filter((container) => container.name === spec.name && container.kind === kind)
    .toSorted((a, b) => b.attempt - a.attempt || b.createdAtMs - a.createdAtMs);
  const isStarting = observed.memory.inFlight.has(`container:${spec.name}`);
  const remnants = isStarting ? [] : own.filter(isRemnant);
  const [current, previous, ...older] = own.filter((container) => !isRemnant(container));
  const known = knownStatus(observed, spec.name, kind);
  const startFailure = startFailureOf(observed, spec.name, current);
  const ended =
    startFailure === undefined ? endedState(observed, current, known) : cannotRunState(startFailure);
  return {
    name: spec.name,
    kind,
    spec,
    ...(current === undefined ? {} : { current }),
    ...(previous === undefined ? {} : { previous }),
    obsolete: [...remnants, ...older.filter((container) => container.status === 'exited')],
    ...(known === undefined ? {} : { known }),
    isRunning: current?.status === 'running',
    ...(ended === undefined ? {} : { ended }),
    ...(startFailure === undefined ? {} : { startFailure }),
    nextAttempt: nextAttempt(current, known, startFailure),
    isOutdated: current !== undefined && current.specHash !== specHash(spec),
  };
}

function startFailureOf(
  observed: Observed,
  name: string,
  current: ContainerState | undefined,
): Failure | undefined {
  const failure = observed.memory.failures.get(`container:${name}`);
  return failure?.code === CANNOT_START && current?.status !== 'running' ? failure : undefined;
}

/** Made but never started, and not for want of trying: the agent died in between. */
function isRemnant(container: ContainerState): boolean {
  return container.status === 'created' && container.error === undefined;
}

function knownStatus(observed: Observed, name: string, kind: 'init' | 'app'): ContainerStatus | undefined {
  const { initContainerStatuses, containerStatuses } = observed.status;
  return (kind === 'init' ? initContainerStatuses : containerStatuses)?.find((one) => one.name === name);
}

function endedState(
  observed: Observed,
  current: ContainerState | undefined,
  known: ContainerStatus | undefined,
): ContainerStateTerminated | undefined {
  if (current !== undefined) {
    if (current.status === 'running') return undefined;
    return terminatedState(current, observed.memory.messages.get(current.id) ?? knownMessage(current, known));
  }
  if (known === undefined || !wasStarted(known)) return undefined;
  if (known.state?.running !== undefined) return lostState(known.containerID, observed.nowMs);
  return known.state?.terminated ?? known.lastState?.terminated;
}

/** The termination message that an earlier pass, or an agent before this one, has read already. */
function knownMessage(current: ContainerState, known: ContainerStatus | undefined): string {
  for (const terminated of [known?.state?.terminated, known?.lastState?.terminated]) {
    if (terminated?.containerID?.endsWith(current.id) === true) return terminated.message ?? '';
  }
  return '';
}

function wasStarted(known: ContainerStatus): boolean {
  return (known.containerID ?? '') !== '';
}

function nextAttempt(
  current: ContainerState | undefined,
  known: ContainerStatus | undefined,
  startFailure: Failure | undefined,
): number {
  if (startFailure?.attempt !== undefined) return startFailure.attempt + 1;
  if (current !== undefined) return current.attempt + 1;
  return known !== undefined && wasStarted(known) ? known.restartCount + 1 : 0;
}

/**
 * Init containers have done their work once each has ended well in the sandbox that runs now. A container of the
 * app in that sandbox proves the same, since the dead init containers may have been collected meanwhile.
 */
function nextInitOf(
  init: readonly ContainerFacts[],
  app: readonly ContainerFacts[],
  sandbox: SandboxState | undefined,
): ContainerFacts | undefined {
  const isHere = (facts: ContainerFacts): boolean =>
    facts.current !== undefined && facts.current.sandboxId === sandbox?.id;
  if (app.some(isHere)) return undefined;
  if (sandbox === undefined && app.some((facts) => facts.current !== undefined)) return undefined;
  return init.find((facts) => !(isHere(facts) && facts.ended?.exitCode === 0));
}
