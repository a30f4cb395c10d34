// A control plane in this process with all its controllers, over TLS, with the page; its store is in memory. It can go and
// come back on the same port, as after a restart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@gantry/api/client';
import type { TrafficSource } from '@gantry/control-plane/server/traffic-source';
import { loadOrCreateKeys, writeKubeconfig } from '@gantry/control-plane/auth/key-folder';
import { createTokens, type Tokens } from '@gantry/control-plane/auth/tokens';
import type { CacheReader } from '@gantry/control-plane/cache/cache';
import { clusterParts } from '@gantry/control-plane/cluster-parts';
import { startControlPlane, type ControlPlane } from '@gantry/control-plane/control-plane';
import { allControllers } from '@gantry/control-plane/controllers/all-controllers';
import { DEFAULT_RANGES } from '@gantry/control-plane/addresses/ranges';
import { startServer } from '@gantry/control-plane/server/server';
import { createMemoryStore } from '@gantry/control-plane/store/memory-store';
import { connectWithKubeconfig, type Connection } from '@gantry/ctl/connect';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { REPOSITORY } from '../cluster/local-world.ts';
import { startToyNodes } from './toy-nodes.ts';

/** How it is made. */
export interface ClusterOptions {
  nodes?: readonly string[];
  /** In place of what the nodes tell. */
  traffic?: (cache: CacheReader) => TrafficSource;
}

/** A cluster for a browser. */
export interface BrowserCluster {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly client: Client;
  readonly tokens: Tokens;
  /** The control plane goes; nodes and the store stay. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** A node falls silent for good. */
  loseNode(name: string): Promise<void>;
  stop(): Promise<void>;
}

const JOIN_TOKEN_SECONDS = 3_600;
const PAGE = join(REPOSITORY, 'dashboard', 'dist', 'page');
const NAMES = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };

/** Starts one; its nodes have joined. */
export async function startBrowserCluster(options: ClusterOptions = {}): Promise<BrowserCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-browser-'));
  const deps = { clock: systemClock, random: systemRandom, ids: systemIds, logger: silentLogger };
  const store = createMemoryStore();
  const keys = await loadOrCreateKeys(join(folder, 'pki'), NAMES, {
    ...deps,
    nowMs: systemClock.nowMs(),
  });
  const tokens = await createTokens(keys.tokenKey, keys.authorityFingerprint);
  const cert = `${keys.server.certificate}\n${keys.authority.certificate}`;
  const tls = { key: keys.server.key, cert, clientCa: keys.authority.certificate };
  const start = (port: number): Promise<ControlPlane> =>
    startControlPlane({
      ...{ ...deps, store, identity: 'browser', ranges: DEFAULT_RANGES },
      serve: (serverDeps) => startServer(serverDeps, { host: '127.0.0.1', port, tls }),
      controllers: allControllers(systemClock, { ranges: DEFAULT_RANGES }),
      parts: (cache) => ({
        ...clusterParts({ ...deps, keys, tokens, store, pageFolder: PAGE }, cache),
        ...(options.traffic === undefined ? {} : { traffic: options.traffic(cache) }),
      }),
    });
  let plane: ControlPlane | undefined = await start(0);
  const { url, port } = plane;
  writeKubeconfig(join(folder, 'kubeconfig'), url, keys);
  const connection: Connection = await connectWithKubeconfig(join(folder, 'kubeconfig'));
  const nodes = await startToyNodes({
    ...{ server: url, folder, names: options.nodes ?? ['north', 'south'] },
    joinToken: await tokens.issueJoinToken(JOIN_TOKEN_SECONDS, systemClock.nowMs()),
    caFile: join(folder, 'pki', 'ca.crt'),
  });
  const goAway = async (): Promise<void> => {
    await plane?.stop();
    plane = undefined;
  };
  return {
    ...{ url, tokens, client: connection.client, goAway, loseNode: (name) => nodes.lose(name) },
    async comeBack() {
      plane ??= await start(port);
    },
    async stop() {
      await nodes.stop();
      await connection.close();
      await goAway();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
