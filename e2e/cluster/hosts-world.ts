// A cluster whose nodes are hosts of their own: each with its engine, its kernel's network, its HAProxy and its agent.
import { makeDemoImages } from '@gantry/ctl/up/demo-image';
import { createHosts, type EngineHost, type Hosts } from './hosts/create-hosts.ts';
import { startLocalWorld, type LocalWorld, type WorldOptions } from './local-world.ts';

export interface HostsWorld {
  world: LocalWorld;
  /** In the order of their nodes `n1`, `n2`, …. */
  hosts: readonly EngineHost[];
  /** Undoes everything. */
  stop(): Promise<void>;
}

/** @throws after undoing what was made. */
export async function startHostsWorld(count: number, options: WorldOptions = {}): Promise<HostsWorld> {
  const made = await createHosts({ count });
  const agents = made.hosts.map((_, index) => `n${index + 1}`);
  try {
    await Promise.all(made.hosts.map(({ socketPath }) => makeDemoImages(socketPath)));
    const world = await startLocalWorld({ ...options, agents, hosts: made });
    return { world, hosts: made.hosts, stop: () => stopBoth(world, made) };
  } catch (error) {
    await made.end();
    throw error;
  }
}

async function stopBoth(world: LocalWorld, made: Hosts): Promise<void> {
  try {
    await world.stop();
  } finally {
    await made.end();
  }
}
