// What containers use: read from their control groups where they are on this machine, else asked of the engine.
import { readFileSync } from 'node:fs';
import type { Clock } from '@gantry/kit/clock';
import type { ContainerState, ContainerUsage } from '../runtime.ts';
import { cpuMilliBetween, type CpuReading } from '../cpu-rate.ts';
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';
import { cgroupFoldersOf, type CgroupFolders } from './proc-cgroup.ts';
import { createStartQueue } from './start-queue.ts';

/** One look at a container. */
export interface UsageSample {
  cpuNs: number;
  memoryBytes: number;
}

/** What usage needs. */
export interface UsageDeps {
  engine: Engine;
  clock: Clock;
  list: () => Promise<ContainerState[]>;
}

interface Remembered {
  folders: CgroupFolders | undefined;
  reading: CpuReading;
  cpuMilli: number;
}

/** The engine takes its time over statistics. */
const ENGINE_SAMPLES_MAX = 4;

/** @returns a function that reads the newest figures of all containers that run. */
export function createUsage(deps: UsageDeps): () => Promise<ContainerUsage[]> {
  const remembered = new Map<string, Remembered>();
  const asking = createStartQueue(ENGINE_SAMPLES_MAX);

  const usageOf = async (container: ContainerState): Promise<ContainerUsage | undefined> => {
    const known = remembered.get(container.id);
    const folders = known === undefined ? findFolders(container) : known.folders;
    const sample =
      (folders && readCgroup(folders)) ?? (await asking.run(() => askEngine(deps.engine, container.id)));
    if (sample === undefined) return undefined;
    const reading = { cpuNs: sample.cpuNs, atMs: deps.clock.nowMs() };
    const before = known?.reading ?? { cpuNs: 0, atMs: container.startedAtMs ?? reading.atMs };
    const rate = cpuMilliBetween(before, reading);
    const cpuMilli = rate ?? known?.cpuMilli ?? 0;
    remembered.set(container.id, { folders, cpuMilli, reading: rate === undefined ? before : reading });
    const { id, pod, name } = container;
    return { id, podUid: pod.uid, name, cpuMilli, memoryBytes: sample.memoryBytes, atMs: reading.atMs };
  };

  return async () => {
    const running = (await deps.list()).filter(({ status }) => status === 'running');
    const ids = new Set(running.map(({ id }) => id));
    for (const id of remembered.keys()) if (!ids.has(id)) remembered.delete(id);
    const usages = await Promise.all(running.map(usageOf));
    return usages.filter((usage) => usage !== undefined);
  };
}

/** The process's number means something only where its control group names the container. */
function findFolders({ id, pid }: ContainerState): CgroupFolders | undefined {
  if (pid === undefined) return undefined;
  try {
    const folders = cgroupFoldersOf(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
    return folders?.memory.includes(id) === true ? folders : undefined;
  } catch {
    return undefined;
  }
}

/** Read at once: the kernel makes these texts in memory, in microseconds. */
function readCgroup(folders: CgroupFolders): UsageSample | undefined {
  try {
    const read = (folder: string, name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
    const stat = read(folders.memory, 'memory.stat');
    return folders.version === 1
      ? parseVersion1(read(folders.cpu, 'cpuacct.usage'), read(folders.memory, 'memory.usage_in_bytes'), stat)
      : parseVersion2(read(folders.cpu, 'cpu.stat'), read(folders.memory, 'memory.current'), stat);
  } catch {
    return undefined;
  }
}

/** Pages of files that nobody has used lately can be dropped at once: they are not in the working set. */
export function parseVersion1(cpu: string, memory: string, memoryStat: string): UsageSample {
  const inactive = valueOf(memoryStat, 'total_inactive_file');
  return { cpuNs: Number(cpu), memoryBytes: Math.max(0, Number(memory) - inactive) };
}

/** As {@link parseVersion1}, for control groups of version 2. */
export function parseVersion2(cpuStat: string, memory: string, memoryStat: string): UsageSample {
  const inactive = valueOf(memoryStat, 'inactive_file');
  return {
    cpuNs: valueOf(cpuStat, 'usage_usec') * 1000,
    memoryBytes: Math.max(0, Number(memory) - inactive),
  };
}

function valueOf(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** The engine's answer, as far as it matters. */
interface EngineStats {
  cpu_stats: { cpu_usage: { total_usage: number } };
  memory_stats: { usage?: number; stats?: { total_inactive_file?: number; inactive_file?: number } };
}

async function askEngine(engine: Engine, id: string): Promise<UsageSample | undefined> {
  try {
    const stats = (await engine.call(`statistics of ${id}`, (abortSignal) =>
      engine.docker
        .getContainer(id)
        .stats({ stream: false, 'one-shot': true, abortSignal } as { stream: false }),
    )) as EngineStats;
    const { usage = 0, stats: memory } = stats.memory_stats;
    const inactive = memory?.total_inactive_file ?? memory?.inactive_file ?? 0;
    return { cpuNs: stats.cpu_stats.cpu_usage.total_usage, memoryBytes: Math.max(0, usage - inactive) };
  } catch (error) {
    if (hasStatus(error, 404, 409)) return undefined;
    throw error;
  }
}
