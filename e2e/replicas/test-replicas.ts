// Several replicas of a control plane on one store in this process, with real TLS on loopback; whole agents with engines in
// memory, and agents of which only the tunnels are there: they count what a test says.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { connectAgent } from '@gantry/agent/connection';
import { createHollowHost } from '@gantry/agent/hollow/hollow-host';
import { AGENT_VERSION, runNode } from '@gantry/agent/run-node';
import { runTunnels } from '@gantry/agent/tunnel/run-tunnels';
import type { NodeServices } from '@gantry/agent/tunnel/node-services';
import { readText } from '@gantry/api/answer-body';
import type { Client } from '@gantry/api/client';
import { createClient } from '@gantry/api/http-client';
import { createNodeTransport, type NodeTransport } from '@gantry/api/node-transport';
import { rowOf, type TrafficReport } from '@gantry/api/service-traffic';
import { clusterParts } from '@gantry/control-plane/cluster-parts';
import { issueKeyPair, type KeyPair } from '@gantry/control-plane/auth/certificates';
import { loadOrCreateKeys, writeKubeconfig, type ClusterKeys } from '@gantry/control-plane/auth/key-folder';
import { createTokens, type Tokens } from '@gantry/control-plane/auth/tokens';
import { startControlPlane, type CacheParts } from '@gantry/control-plane/control-plane';
import type { Controller } from '@gantry/control-plane/engine/controller';
import { startServer } from '@gantry/control-plane/server/server';
import { createMemoryStore } from '@gantry/control-plane/store/memory-store';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds, systemRandom } from '@gantry/kit/random';

const HOST = '127.0.0.1';
const TEXT_BYTES_MAX = 1024 ** 2;
const BEAT_MS = 500;
const deps = { clock: systemClock, random: systemRandom, ids: systemIds, logger: silentLogger };

/** One replica. */
export interface TestReplica {
  url: string;
  client: Client;
  /** Of an admin at this replica. */
  kubeconfig: string;
  /** What AnalysisRuns would read while this replica leads. */
  traffic: NonNullable<CacheParts['traffic']>;
  text(path: string): Promise<{ code: number; text: string }>;
  stop(): Promise<void>;
}

/** A whole agent, with an engine in memory. */
export interface TestNode {
  stop(): Promise<void>;
}

/** One agent's tunnels. */
export interface TestAgent {
  /** What it has counted since its start, of revision `abc` of Service `default/web`. */
  count(answers2xx: number): void;
  stop(): Promise<void>;
}

export class TestReplicas {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gantry-replicas-'));
  readonly #store = createMemoryStore();
  readonly #ends: (() => Promise<void>)[] = [];
  #keys: Promise<ClusterKeys> | undefined;
  #tokens: Promise<Tokens> | undefined;

  /** @param controllers with which it leads when nobody does; it serves only when absent. */
  async start(controllers?: readonly Controller[]): Promise<TestReplica> {
    const keys = await this.#clusterKeys();
    const tokens = await (this.#tokens ??= createTokens(keys.tokenKey, keys.authorityFingerprint));
    const { authority, server, admin } = keys;
    const tls = { key: server.key, cert: server.certificate, clientCa: authority.certificate };
    let parts: CacheParts | undefined;
    const plane = await startControlPlane({
      ...deps,
      store: this.#store,
      serve: (all) => startServer(all, { host: HOST, port: 0, tls }),
      identity: systemIds.uid(),
      advertise: HOST,
      ...(controllers === undefined ? {} : { controllers }),
      parts: (cache) =>
        (parts = clusterParts(
          { ...deps, keys, tokens, store: this.#store, pageFolder: this.#folder },
          cache,
        )),
    });
    const way: NodeTransport = createNodeTransport({
      ...{ server: plane.url, ca: authority.certificate, cert: admin.certificate, key: admin.key },
    });
    const client = createClient({ transport: way.transport });
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> =>
      (stopped ??= Promise.all([way.close(), plane.stop()]).then(() => undefined));
    this.#ends.push(stop);
    const kubeconfig = join(this.#folder, `kubeconfig-${plane.port}`);
    writeKubeconfig(kubeconfig, plane.url, keys);
    return {
      kubeconfig,
      ...{ url: plane.url, client, stop },
      traffic: parts?.traffic as TestReplica['traffic'],
      async text(path) {
        const answer = await client.raw({ method: 'GET', path });
        return { code: answer.status, text: await readText(answer.body, TEXT_BYTES_MAX) };
      },
    };
  }

  /** @param at the replica that the agent is started with. */
  async agent(node: string, at: Pick<TestReplica, 'url'>): Promise<TestAgent> {
    const incarnation = systemIds.uid();
    let answers2xx = 0;
    const traffic = async (): Promise<TrafficReport> => ({
      incarnation,
      series: [{ service: 'default/web', revision: 'abc', row: rowOf({ answers2xx }) }],
    });
    const metrics = async (): Promise<string> => `node_up{node="${node}"} 1\n`;
    const services = { traffic, metrics } as unknown as NodeServices;
    const context = await this.#contextOf(node);
    const end = new AbortController();
    const running = runTunnels(
      { ...deps, server: at.url, secureContext: () => context, services },
      end.signal,
    );
    const stop = async (): Promise<void> => {
      end.abort();
      await running;
    };
    this.#ends.unshift(stop);
    return { count: (now) => void (answers2xx = now), stop };
  }

  /** @param at the replica that it is started with; what it knows of others is on its disk from its last start. */
  async node(name: string, at: Pick<TestReplica, 'url'>): Promise<TestNode> {
    const pkiFolder = join(this.#folder, 'nodes', name);
    const files = await this.#filesOf(name, pkiFolder);
    const end = new AbortController();
    const options = { server: at.url, nodeName: name, pkiFolder, ...files };
    const connection = await connectAgent(
      deps,
      { ...options, token: undefined, tokenFile: undefined },
      end.signal,
    );
    const host = createHollowHost({ ...deps, name, index: 0 });
    const node = { name, labels: {}, podsMax: 10, agentVersion: AGENT_VERSION };
    const running = runNode(
      {
        ...{ ...deps, server: at.url, connection, runtime: host.openRuntime(), machine: host.machine },
        options: {
          node: { ...node, reserved: { cpuMilli: 0, memoryBytes: 0 } },
          heartbeatIntervalMs: BEAT_MS,
        },
      },
      end.signal,
    );
    const stop = async (): Promise<void> => {
      end.abort();
      await running;
    };
    this.#ends.unshift(stop);
    return { stop };
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end();
    await this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #clusterKeys(): Promise<ClusterKeys> {
    const names = { dnsNames: ['localhost'], ipAddresses: [HOST] };
    return (this.#keys ??= loadOrCreateKeys(this.#folder, names, {
      nowMs: systemClock.nowMs(),
      random: systemRandom,
    }));
  }

  async #contextOf(node: string): Promise<SecureContext> {
    const { authority } = await this.#clusterKeys();
    const pair = await this.#pairOf(node);
    return createSecureContext({ ca: authority.certificate, cert: pair.certificate, key: pair.key });
  }

  async #filesOf(node: string, folder: string): Promise<Record<'caFile' | 'certFile' | 'keyFile', string>> {
    const { authority } = await this.#clusterKeys();
    const pair = await this.#pairOf(node);
    mkdirSync(folder, { recursive: true });
    const written = (name: string, text: string): string => {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    };
    return {
      caFile: written('ca.crt', authority.certificate),
      certFile: written('node.crt', pair.certificate),
      keyFile: written('node.key', pair.key),
    };
  }

  async #pairOf(node: string): Promise<KeyPair> {
    const { authority } = await this.#clusterKeys();
    const subject = {
      ...{ commonName: `system:node:${node}`, organizations: ['system:nodes'] },
      ...{ usage: 'client' as const, validDays: 1 },
    };
    return issueKeyPair(authority, subject, { nowMs: systemClock.nowMs(), random: systemRandom });
  }
}
