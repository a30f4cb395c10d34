// What a process of a hollow container lives in: environment, files, the network of its pod.
import type { HollowContainer } from './hollow-container.ts';
import { filesOf } from './hollow-container.ts';
import type { HollowImages } from './hollow-images.ts';
import type { HollowState } from './hollow-state.ts';
import type { ProcessFrame } from './running-process.ts';

export interface FrameDeps {
  state: HollowState;
  images: HollowImages;
}

/** What differs between the first process and a command. */
export interface ProcessWish extends Pick<ProcessFrame, 'argv' | 'size' | 'onOutput' | 'onExit'> {
  tty: boolean;
}

export function processFrame(
  { state, images }: FrameDeps,
  container: HollowContainer,
  wish: ProcessWish,
): ProcessFrame {
  const { spec } = container;
  const { argv, size, onExit } = wish;
  const sandbox = state.sandboxes.get(spec.sandboxId);
  return {
    ...{ argv, size, onExit, clock: state.clock, hostname: spec.hostname },
    env: Object.fromEntries(spec.env.map(splitVariable)),
    memoryBytesLimit: spec.memoryBytesLimit,
    files: filesOf(container, sandbox, state.disk, images.find(spec.imageId)?.files),
    processes: () =>
      [...(container.main === undefined ? [] : [container.main]), ...container.execs].map(argvOf),
    listen: (port, answer) => void sandbox?.listeners.set(port, { containerId: container.id, answer }),
    ask: (port, request) => sandbox?.listeners.get(port)?.answer(request),
    // A terminal has one output, and its own ends of lines.
    onOutput: wish.tty
      ? (_output, text) => wish.onOutput('out', text.replaceAll(/\r?\n/g, '\r\n'))
      : (output, text) => wish.onOutput(output, text),
  };
}

function splitVariable(variable: string): [string, string] {
  const [name = '', ...value] = variable.split('=');
  return [name, value.join('=')];
}

function argvOf({ argv }: { argv: readonly string[] }): readonly string[] {
  return argv;
}
