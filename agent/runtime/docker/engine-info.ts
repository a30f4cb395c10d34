// What machine the engine runs on.
import type { RuntimeInfo } from '../runtime.ts';
import type { Engine } from './engine.ts';

/** The part of the engine's answer that matters. */
interface EngineInfo {
  ServerVersion: string;
  NCPU: number;
  MemTotal: number;
  KernelVersion: string;
  OperatingSystem: string;
  Architecture: string;
}

/** The kernel's names of machines, in the words that images and nodes use. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** @throws EngineError `runtime-unavailable` */
export async function readEngineInfo(engine: Engine, signal?: AbortSignal): Promise<RuntimeInfo> {
  const docker = engine.docker as unknown as { info(options: object): Promise<EngineInfo> };
  const info = await engine.call('info', (abortSignal) => docker.info({ abortSignal }), { signal });
  return {
    name: 'docker',
    version: info.ServerVersion,
    cpuMilli: info.NCPU * 1000,
    memoryBytes: info.MemTotal,
    kernelVersion: info.KernelVersion,
    osImage: info.OperatingSystem,
    architecture: ARCHITECTURES[info.Architecture] ?? info.Architecture,
  };
}
