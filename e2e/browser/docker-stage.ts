// A browser before a cluster of processes on a host of its own: a real engine, a real proxy, real containers. The host's networks
// come and go where the browser does not see them; those of this machine are made before it starts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOrCreateKeys } from '@gantry/control-plane/auth/key-folder';
import { createTokens } from '@gantry/control-plane/auth/tokens';
import { systemClock } from '@gantry/kit/clock';
import { systemRandom } from '@gantry/kit/random';
import { startHostsWorld, type HostsWorld } from '../cluster/hosts-world.ts';
import type { LocalWorld } from '../cluster/local-world.ts';
import { ReleaseStage } from '../cluster/release-stage.ts';
import type { BrowserCluster } from './browser-cluster.ts';
import { BrowserStage } from './browser-stage.ts';
import { startChromium } from './chromium.ts';

const SERVER = /server: (\S+)/;

/** Both looks at the same cluster. */
export interface DockerStage {
  browser: BrowserStage;
  cluster: ReleaseStage;
  close(): Promise<void>;
}

/** Starts all; what has started is stopped when something fails. */
export async function openDockerStage(): Promise<DockerStage> {
  const made = await startHostsWorld(1);
  try {
    const cluster = await clusterOf(made);
    const browser = new BrowserStage(cluster, await startChromium());
    return { browser, cluster: new ReleaseStage(made), close: () => browser.close() };
  } catch (error) {
    await made.stop();
    throw error;
  }
}

async function clusterOf(made: HostsWorld): Promise<BrowserCluster> {
  const { world } = made;
  const [, url = ''] = SERVER.exec(readFileSync(world.kubeconfig, 'utf8')) ?? [];
  const keys = await keysOf(world);
  return {
    ...{ url, client: world.client, tokens: await createTokens(keys.tokenKey, keys.authorityFingerprint) },
    goAway: () => world.kill('control-plane'),
    comeBack: () => world.startControlPlane(),
    loseNode: (name) => world.kill(name),
    stop: () => made.stop(),
  };
}

/** Those that the cluster has made for itself. */
function keysOf(world: LocalWorld): ReturnType<typeof loadOrCreateKeys> {
  const names = { dnsNames: [], ipAddresses: [] };
  const deps = { random: systemRandom, nowMs: systemClock.nowMs() };
  return loadOrCreateKeys(join(world.folder, 'pki'), names, deps);
}
