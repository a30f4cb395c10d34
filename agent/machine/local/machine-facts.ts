// What the machine is, read from it. Thin: no decisions beyond what a missing file means.
import { readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, networkInterfaces, release, totalmem, type } from 'node:os';
import { chooseResolvConf } from '../../dns/host-resolv-conf.ts';
import type { RuntimeInfo } from '../../runtime/runtime.ts';
import type { MachineFacts, MachineLoad } from '../machine.ts';

const RESOLV_CONFS = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];

/** Interfaces of container engines: no address of the node. */
const ENGINE_INTERFACE = /^(?:docker|br-|veth|cni|flannel|virbr|gantry|g[pv][0-9a-f]{4})/;

/** @param address of the node; found out when absent. */
export async function readMachineFacts(address?: string): Promise<MachineFacts> {
  const [machineId, systemUuid, bootId] = await Promise.all([
    readWord('/etc/machine-id'),
    readWord('/sys/class/dmi/id/product_uuid'),
    readWord('/proc/sys/kernel/random/boot_id'),
  ]);
  return {
    ...{ machineId, systemUuid: systemUuid === '' ? machineId : systemUuid, bootId },
    address: address ?? ownAddress(),
    isRoot: process.getuid?.() === 0,
    resolvConf: await readResolvConf(),
    system: readSystem(),
  };
}

function readSystem(): RuntimeInfo {
  const architectures: Record<string, string> = { x64: 'amd64' };
  return {
    ...{ name: 'docker', version: 'unknown', osImage: type(), kernelVersion: release() },
    cpuMilli: availableParallelism() * 1000,
    memoryBytes: totalmem(),
    architecture: architectures[arch()] ?? arch(),
  };
}

export async function readMachineLoad(folder: string): Promise<MachineLoad> {
  const [memory, load, processesMax] = await Promise.all([
    readWord('/proc/meminfo'),
    readWord('/proc/loadavg'),
    readWord('/proc/sys/kernel/pid_max'),
  ]);
  const disk = await statfs(folder).catch(() => undefined);
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(memory)?.[1];
  const processes = /^\S+ \S+ \S+ \d+\/(\d+)/.exec(load)?.[1];
  return {
    ...(available === undefined ? {} : { memoryAvailableBytes: Number(available) * 1024 }),
    ...(disk === undefined
      ? {}
      : { diskFreeBytes: disk.bavail * disk.bsize, diskTotalBytes: disk.blocks * disk.bsize }),
    ...(processes === undefined ? {} : { processes: Number(processes) }),
    ...(processesMax === '' ? {} : { processesMax: Number(processesMax) }),
  };
}

/** The first IPv4 address that is neither loopback nor an engine's; loopback when there is no other. */
function ownAddress(): string {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (ENGINE_INTERFACE.test(name)) continue;
    const found = addresses?.find(({ family, internal }) => family === 'IPv4' && !internal);
    if (found !== undefined) return found.address;
  }
  return '127.0.0.1';
}

/** What systemd-resolved asks, where the usual file only leads to it: a pod could not reach it there. */
async function readResolvConf(): Promise<string> {
  const [usual = '', behind = ''] = await Promise.all(RESOLV_CONFS.map((path) => readWord(path)));
  return chooseResolvConf(usual, behind);
}

async function readWord(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
