// Containers of a hollow engine from made to removed. What was begun goes on when whoever began it has gone.
import { OperationalError } from '@gantry/kit/operational-error';
import type { ContainerSpec, ContainerState } from '../runtime.ts';
import { wishedBehaviour } from './behaviour-annotations.ts';
import { PLAIN_BEHAVIOUR, type Behaviour, type BehaviourSource } from './behaviour.ts';
import { behavingProgram } from './behaving-program.ts';
import { containerStateOf, type HollowContainer } from './hollow-container.ts';
import type { HollowImage, HollowImages } from './hollow-images.ts';
import { createHollowLog } from './hollow-log.ts';
import type { HollowProgram } from './hollow-program.ts';
import type { HollowState } from './hollow-state.ts';
import { processFrame } from './process-frame.ts';
import { findProgram } from './find-program.ts';
import { startProcess, type Exit } from './running-process.ts';

export interface HollowContainers {
  start(node: string, spec: ContainerSpec): Promise<ContainerState>;
  /** Resolves once it does not run. */
  stop(id: string, graceSeconds: number): Promise<void>;
  remove(id: string): void;
  /** Ends its first process now. */
  kill(id: string, exit?: Exit): void;
}

export interface ContainersDeps {
  state: HollowState;
  images: HollowImages;
  behaviour: BehaviourSource;
}

/** What a start waits for, by container. */
type Starts = Map<string, Promise<ContainerState>>;

export function createHollowContainers(deps: ContainersDeps): HollowContainers {
  const { state } = deps;
  const starts: Starts = new Map();
  const waiting = new Map<string, (() => void)[]>();
  const onExit = (id: string): void => {
    for (const resolve of waiting.get(id) ?? []) resolve();
    waiting.delete(id);
  };
  const exited = (id: string): Promise<void> =>
    new Promise((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve]));
  const kill = (id: string, exit?: Exit): void => state.containers.get(id)?.main?.kill(exit);
  const remove = (id: string): void => {
    const container = state.containers.get(id);
    if (container === undefined) return;
    kill(id);
    state.containers.delete(id);
    state.emit('destroy', container);
  };
  return {
    kill,
    remove,
    async start(node, spec) {
      const holder = [...state.containers.values()].find((one) => hasName(one, node, spec));
      const isSame = holder?.spec.specHash === spec.specHash && holder.spec.sandboxId === spec.sandboxId;
      if (holder !== undefined && isSame) {
        if (holder.status !== 'created') return containerStateOf(holder);
        return starts.get(holder.id) ?? begin(deps, starts, holder, onExit);
      }
      if (holder !== undefined) remove(holder.id);
      return begin(deps, starts, newContainer(deps, node, spec), onExit);
    },
    async stop(id, graceSeconds) {
      const container = state.containers.get(id);
      const main = container?.main;
      if (container === undefined || main === undefined) return;
      container.toldToStopAtMs ??= state.clock.nowMs();
      state.noteChange();
      const ended = exited(id);
      if (graceSeconds <= 0) main.kill();
      else main.term();
      // As Docker counts it: whole seconds.
      const cancel = state.clock.schedule(Math.ceil(graceSeconds) * 1000, () => main.kill());
      await ended;
      cancel();
    },
  };
}

/** A pod's container has one name for each attempt. */
function hasName({ node: holder, spec: held }: HollowContainer, node: string, spec: ContainerSpec): boolean {
  const isContainer = held.name === spec.name && held.attempt === spec.attempt;
  return holder === node && held.pod.uid === spec.pod.uid && isContainer;
}

function newContainer(deps: ContainersDeps, node: string, spec: ContainerSpec): HollowContainer {
  const { state, images } = deps;
  const image = images.find(spec.imageId);
  if (image === undefined) throw new OperationalError('image-not-found', `No such image: ${spec.imageId}`);
  const missing = spec.mounts.find(({ source }) => !state.disk.has(source));
  if (missing !== undefined) {
    throw cannotStart(`invalid mount config: bind source path does not exist: ${missing.source}`);
  }
  const container: HollowContainer = {
    ...{ id: state.newId(), node, spec, status: 'created', createdAtMs: state.clock.nowMs() },
    behaviour: behaviourOf(deps, spec, image),
    log: createHollowLog(),
    execs: new Set(),
    attached: new Set(),
    files: new Map(),
  };
  state.containers.set(container.id, container);
  state.noteChange();
  return container;
}

/** Programs of an image of its own listen where they listen, and nowhere else. */
function behaviourOf(deps: ContainersDeps, spec: ContainerSpec, image: HollowImage): Behaviour {
  const { pod, name: container, attempt, imageName = '' } = spec;
  const { annotations = {} } = deps.state.sandboxes.get(spec.sandboxId)?.spec ?? {};
  return {
    ...PLAIN_BEHAVIOUR,
    ...(image.programs === undefined ? {} : { ports: [] }),
    ...deps.behaviour({ pod, container, attempt, imageName }),
    ...wishedBehaviour(annotations, container, attempt),
  };
}

function begin(
  deps: ContainersDeps,
  starts: Starts,
  container: HollowContainer,
  onExit: (id: string) => void,
): Promise<ContainerState> {
  const begun = startIt(deps, container, onExit).finally(() => starts.delete(container.id));
  starts.set(container.id, begun);
  return begun;
}

async function startIt(
  deps: ContainersDeps,
  container: HollowContainer,
  onExit: (id: string) => void,
): Promise<ContainerState> {
  const { state } = deps;
  const { id, behaviour } = container;
  try {
    await state.wait(behaviour.startMs);
    if (behaviour.startError !== undefined) throw cannotStart(behaviour.startError);
    if (state.containers.get(id) !== container) throw cannotStart('it was removed while it started');
    if (state.sandboxes.get(container.spec.sandboxId)?.status !== 'running') {
      throw cannotStart('cannot join the network of a sandbox that does not run');
    }
    run(deps, container, programOf(deps, container), onExit);
  } catch (error) {
    // What a host that went off had begun is still there; what cannot start leaves nothing.
    if (state.isOn && state.containers.delete(id)) state.emit('destroy', container);
    throw error;
  }
  return containerStateOf(container);
}

function programOf({ images }: ContainersDeps, container: HollowContainer): HollowProgram {
  const found = findProgram(images.find(container.spec.imageId), argvOf(container.spec));
  if (found.outcome === 'any') return behavingProgram(container.behaviour);
  if (found.outcome === 'missing') throw cannotStart(found.message);
  return found.program;
}

function run(
  deps: ContainersDeps,
  container: HollowContainer,
  program: HollowProgram,
  onExit: (id: string) => void,
): void {
  const { state } = deps;
  container.status = 'running';
  container.startedAtMs = state.clock.nowMs();
  const frame = processFrame(deps, container, {
    argv: argvOf(container.spec),
    tty: container.spec.tty,
    size: () => undefined,
    onOutput(output, text) {
      container.log.append(state.clock.nowMs(), output, text);
      for (const write of container.attached) write(output, text);
    },
    onExit(exit) {
      finish(state, container, exit);
      onExit(container.id);
    },
  });
  container.main = startProcess(frame, program);
  state.emit('start', container);
}

function finish(state: HollowState, container: HollowContainer, exit: Exit): void {
  const { id, spec, log, execs } = container;
  container.status = 'exited';
  container.finishedAtMs = state.clock.nowMs();
  container.exit = exit;
  delete container.main;
  for (const command of execs) command.kill();
  const { listeners = new Map<number, { containerId: string }>() } =
    state.sandboxes.get(spec.sandboxId) ?? {};
  for (const [port, { containerId }] of listeners) if (containerId === id) listeners.delete(port);
  log.close(state.clock.nowMs());
  if (exit.oomKilled) state.emit('oom', container);
  state.emit('die', container);
}

function argvOf({ command = [], args = [] }: ContainerSpec): string[] {
  return [...command, ...args];
}

function cannotStart(message: string): OperationalError {
  return new OperationalError('container-start-failed', message);
}
