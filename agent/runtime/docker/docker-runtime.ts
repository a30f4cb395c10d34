// The Docker implementation of a Runtime: joins its parts, decides nothing.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Runtime } from '../runtime.ts';
import { createContainers } from './containers.ts';
import { createDirectory } from './directory.ts';
import { createEngine } from './engine.ts';
import { followEvents } from './events.ts';
import { attachToContainer, execInContainer } from './exec.ts';
import { createImages } from './images.ts';
import { readEngineInfo } from './engine-info.ts';
import { readLogs } from './logs.ts';
import { ensurePauseImage } from './pause-image.ts';
import { readContainerFile } from './read-file.ts';
import { createSandboxes } from './sandboxes.ts';
import { createStartQueue } from './start-queue.ts';

/** How the node uses its engine. */
export interface DockerRuntimeOptions {
  nodeName: string;
  /** A folder of this node alone, on the engine's machine. */
  stateFolder: string;
  /** `/var/run/docker.sock` by default. */
  socketPath?: string | undefined;
  /** The value of DOCKER_HOST, if it is to be honoured; wins over `socketPath`. */
  dockerHost?: string | undefined;
  clock: Clock;
  logger: Logger;
  /** Ready sandboxes to keep; 0 keeps none. */
  warmPoolSize?: number;
  /** Starts at once. */
  startConcurrency?: number;
}

const START_CONCURRENCY = 4;
const REMOVAL_CONCURRENCY = 4;

export function createDockerRuntime(options: DockerRuntimeOptions): Runtime {
  const { nodeName, clock, logger } = options;
  const engine = createEngine({ address: options, clock });
  const directory = createDirectory(engine, nodeName);
  const starts = createStartQueue(options.startConcurrency ?? START_CONCURRENCY);
  const removals = createStartQueue(REMOVAL_CONCURRENCY);
  const frame = { engine, nodeName, directory, starts, removals };
  const sandboxes = createSandboxes({
    ...frame,
    pool: { take: async () => undefined },
    pauseImage: () => ensurePauseImage(engine, process.arch === 'arm64' ? 'arm64' : 'x64'),
  });
  const containers = createContainers({ ...frame, hostnames: { watch: async () => undefined } });

  return {
    info: (signal) => readEngineInfo(engine, signal),
    listSandboxes: sandboxes.list,
    createSandbox: sandboxes.create,
    removeSandbox: sandboxes.remove,
    listContainers: containers.list,
    startContainer: containers.start,
    stopContainer: containers.stop,
    removeContainer: containers.remove,
    ...createImages({ engine, clock }),
    async logs(id, out, err, logOptions) {
      const { Config: config } = await directory.inspect(id);
      await readLogs(engine, { id, tty: config.Tty }, { out, err }, logOptions);
    },
    exec: (id, execOptions) => execInContainer({ engine, clock }, id, execOptions),
    attach: (id, attachOptions) => attachToContainer(engine, id, attachOptions),
    usage: async () => [],
    async readFile(id, path, bytesMax) {
      return readContainerFile(engine, await directory.inspect(id), path, bytesMax);
    },
    watchEvents: (onEvent, resync, signal) =>
      followEvents(
        { engine, clock, logger, nodeName },
        {
          onEvent: (event) => {
            directory.forget(event.containerId);
            if (event.podUid !== undefined) onEvent({ ...event, podUid: event.podUid });
          },
          onConnected: () => {
            directory.forgetAll();
            resync();
          },
        },
        signal,
      ),
    async close() {
      engine.close();
    },
  };
}
