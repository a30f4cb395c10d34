// The Docker implementation of a Runtime: joins its parts, decides nothing.
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { systemIds, type Ids } from '@gantry/kit/random';
import type { Runtime, RuntimeEvent } from '../runtime.ts';
import { createNamespaceDialer, type NamespaceDialer } from './namespace-dialer.ts';
import { createAssignments, type Assignments } from './assignments.ts';
import { connectPort } from './connect-port.ts';
import { createContainers, type Containers } from './containers.ts';
import { createDeathCauses, type DeathCauses } from './death-causes.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createEngine, type Engine } from './engine.ts';
import { followEvents, type EventListener } from './events.ts';
import { attachToContainer, execInContainer } from './exec.ts';
import { createImages } from './images.ts';
import { readEngineInfo } from './engine-info.ts';
import { createHostnameSetter, type HostnameSetter } from './hostname-setter.ts';
import { readLogs } from './logs.ts';
import { ensurePauseImage } from './pause-image.ts';
import { readContainerFile } from './read-file.ts';
import { createRemovals } from './removal.ts';
import { createSandboxes, type Sandboxes } from './sandboxes.ts';
import { createStartQueue } from './start-queue.ts';
import { createUsage } from './usage.ts';
import { createWarmPool, type WarmPool } from './warm-pool.ts';

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
  /** Makes names of pooled sandboxes. */
  ids?: Ids;
  /** Starts at once. */
  startConcurrency?: number;
  /** Puts pods' names on pooled sandboxes. */
  hostnames?: HostnameSetter;
  /** The pod network; the engine's own when absent. */
  network?: SandboxNetwork | undefined;
}

/** Where pods are put. */
export interface SandboxNetwork {
  /**
   * The engine's name of the network. Waits a short while for it.
   *
   * @throws OperationalError `network-not-ready` with what it waits for.
   */
  name(): Promise<string>;
  /** Called when the network has become unfit: what only waits in it is to leave. */
  onLost(listener: () => void): void;
}

const DEFAULT_NETWORK = 'bridge';
const START_CONCURRENCY = 4;

export function createDockerRuntime(options: DockerRuntimeOptions): Runtime {
  const { clock } = options;
  const parts = joinParts(options);
  const { engine, directory, sandboxes, containers, pool } = parts;
  options.network?.onLost(() => {
    pool.empty().catch((error: unknown) => {
      options.logger.warn('ready sandboxes could not be removed', { error: messageOf(error) });
    });
  });
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
    attach: (id, attachOptions) => attachToContainer({ engine, clock }, id, attachOptions),
    connectPort: (sandboxId, port, signal) => connectPort(parts, sandboxId, port, signal),
    usage: createUsage({ engine, clock, list: containers.list }),
    async readFile(id, path, bytesMax) {
      return readContainerFile(engine, await directory.inspect(id), path, bytesMax);
    },
    watchEvents: (onEvent, resync, signal) =>
      followEvents({ ...options, engine }, createListener(parts, options.logger, onEvent, resync), signal),
    async close() {
      await pool.close();
      parts.hostnames.close();
      parts.dialer.close();
      engine.close();
    },
  };
}

interface Parts {
  engine: Engine;
  directory: Directory;
  assignments: Assignments;
  sandboxes: Sandboxes;
  containers: Containers;
  pool: WarmPool;
  hostnames: HostnameSetter;
  dialer: NamespaceDialer;
  causes: DeathCauses;
}

function joinParts(options: DockerRuntimeOptions): Parts {
  const { nodeName, clock, logger } = options;
  const engine = createEngine({ address: options, clock });
  const noteActivity = (): void => {
    pool.noteActivity();
  };
  const causes = createDeathCauses(clock);
  const frame = {
    engine,
    nodeName,
    causes,
    dialer: createNamespaceDialer({ clock }),
    directory: createDirectory(engine, nodeName, causes),
    assignments: createAssignments(options.stateFolder),
    starts: createStartQueue(options.startConcurrency ?? START_CONCURRENCY, noteActivity),
    removals: createRemovals(engine, noteActivity),
    network: () => options.network?.name() ?? Promise.resolve(DEFAULT_NETWORK),
    hostnames: options.hostnames ?? createHostnameSetter({ clock, logger }),
    pauseImage: () => ensurePauseImage(engine, process.arch === 'arm64' ? 'arm64' : 'x64'),
  };
  const size = options.warmPoolSize ?? WARM_SANDBOXES;
  const pool = createWarmPool({ ...frame, size, clock, logger, ids: options.ids ?? systemIds });
  return {
    ...frame,
    pool,
    sandboxes: createSandboxes({ ...frame, pool }),
    containers: createContainers(frame),
  };
}

/** Events of pods go to whoever asked; those of the pool stay here. */
function createListener(
  { directory, assignments, pool, causes }: Parts,
  logger: Logger,
  onEvent: (event: RuntimeEvent) => void,
  resync: () => void,
): EventListener {
  return {
    onEvent: (event) => {
      const { type, containerId } = event;
      if (type === 'kill') {
        causes.noteKill(containerId);
        return;
      }
      if (type === 'oom') causes.noteOutOfMemory(containerId);
      if (type === 'destroy') causes.forget(containerId);
      directory.forget(containerId);
      if (type === 'die' || type === 'destroy') pool.noteGone(containerId);
      const podUid = event.podUid ?? assignments.podOf(containerId)?.uid;
      if (podUid !== undefined) onEvent({ type, containerId, podUid });
    },
    onConnected: () => {
      directory.forgetAll();
      resync();
      pool.look().catch((error: unknown) => {
        logger.warn('ready sandboxes could not be looked at', { error: messageOf(error) });
      });
    },
  };
}
