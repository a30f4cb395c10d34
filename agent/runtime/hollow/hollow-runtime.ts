// The hollow implementation of a Runtime: one node's look at a hollow engine. Closed, it answers no more, so that an agent
// that is gone changes nothing.
import { childAbort } from '@gantry/kit/child-abort';
import { OperationalError } from '@gantry/kit/operational-error';
import { untilAborted } from '@gantry/kit/until-aborted';
import type { Runtime } from '../runtime.ts';
import { containerStateOf, filesOf, sandboxStateOf, type HollowContainer } from './hollow-container.ts';
import type { EngineParts, HollowEngine } from './hollow-engine.ts';
import { connectHollowPort } from './connect-hollow-port.ts';
import { attachTo, execIn } from './hollow-streams.ts';
import { readLog } from './read-log.ts';

export interface HollowRuntimeDeps {
  engine: HollowEngine;
  nodeName: string;
}

export function createHollowRuntime({ engine, nodeName }: HollowRuntimeDeps): Runtime {
  const { parts } = engine;
  const { state, images, sandboxes, containers } = parts;
  const closed = new AbortController();
  const call = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const signals = [closed.signal, parts.answering()];
    for (const signal of signals) signal.throwIfAborted();
    return signals.reduce<Promise<T>>(untilAborted, Promise.resolve(work()));
  };
  const isOurs = (podUid: string | undefined) => (one: { node: string; spec: { pod: { uid: string } } }) =>
    one.node === nodeName && (podUid === undefined || one.spec.pod.uid === podUid);
  return {
    info: () => call(() => engine.info()),
    listSandboxes: (podUid) =>
      call(() => [...state.sandboxes.values()].filter(isOurs(podUid)).map(sandboxStateOf)),
    listContainers: (podUid) =>
      call(() => [...state.containers.values()].filter(isOurs(podUid)).map(containerStateOf)),
    createSandbox: (spec) => call(() => sandboxes.create(nodeName, spec)),
    removeSandbox: (id) => call(() => sandboxes.remove(id)),
    ensureImage: (name, policy, options) => call(() => images.ensure(name, policy, options)),
    startContainer: (spec) => call(() => containers.start(nodeName, spec)),
    stopContainer: (id, graceSeconds) => call(() => containers.stop(id, graceSeconds)),
    removeContainer: (id) => call(() => containers.remove(id)),
    async logs(id, out, err, options) {
      const { log } = await call(() => find(parts, id));
      await call(() => readLog(log, { out, err }, options));
    },
    exec: (id, options) => call(() => execIn(parts, find(parts, id), options)),
    attach: (id, options) => call(() => attachTo(find(parts, id), options)),
    connectPort: (sandboxId, port) => call(() => connectHollowPort(state, sandboxId, port)),
    usage: () => call(() => engine.usage().filter(({ id }) => state.containers.get(id)?.node === nodeName)),
    readFile: (id, path, bytesMax) => call(() => readFile(parts, find(parts, id), path, bytesMax)),
    listImages: () => call(() => images.list()),
    removeImage: (id) => call(() => removeUnused(parts, id)),
    async watchEvents(onEvent, resync, signal) {
      const listener = { node: nodeName, onEvent, resync };
      state.listeners.add(listener);
      resync();
      const either = childAbort(signal, closed.signal);
      await untilAborted(new Promise<never>(() => undefined), either.signal).catch(() => undefined);
      state.listeners.delete(listener);
    },
    close() {
      closed.abort(new OperationalError('runtime-unavailable', 'this runtime is closed'));
      return Promise.resolve();
    },
  };
}

function find({ state }: EngineParts, id: string): HollowContainer {
  const container = state.containers.get(id);
  if (container === undefined) throw new OperationalError('not-found', `No such container: ${id}`);
  return container;
}

function readFile(
  { state, images }: EngineParts,
  container: HollowContainer,
  path: string,
  bytesMax: number,
): string {
  const { sandboxId, imageId } = container.spec;
  const files = filesOf(container, state.sandboxes.get(sandboxId), state.disk, images.find(imageId)?.files);
  const bytes = Buffer.from(files.read(path) ?? '');
  return bytes.subarray(Math.max(0, bytes.length - bytesMax)).toString('utf8');
}

/** An image that any container needs stays. */
function removeUnused({ state, images }: EngineParts, id: string): void {
  const image = images.find(id);
  const isUsed = [...state.containers.values()].some(({ spec }) => spec.imageId === image?.id);
  if (image !== undefined && !isUsed) images.remove(image.id);
}
