// A control plane's inside on a real etcd, without its HTTP server: store, cache, admission, resources, and leadership
// with scheduler and Events, joined as the program joins them. Hollow nodes are objects only.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kinds } from '@gantry/api/registry';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { bootstrap, SYSTEM_USER } from '@gantry/control-plane/admission/bootstrap';
import { admissionSteps } from '@gantry/control-plane/admission/steps';
import { createCache, type FedCache } from '@gantry/control-plane/cache/create-cache';
import { Explanations } from '@gantry/control-plane/engine/explanations';
import { createLeadMetrics, lead, type LeadMetrics } from '@gantry/control-plane/lead';
import { createLeadership } from '@gantry/control-plane/leader/run-leader';
import { createResources } from '@gantry/control-plane/resources/create-resources';
import type { ResourcesDeps } from '@gantry/control-plane/resources/deps';
import { storeKeyOf, valueOf } from '@gantry/control-plane/resources/object-key';
import type { Resources, WriteContext } from '@gantry/control-plane/resources/resources';
import { createEtcdStore } from '@gantry/control-plane/store/etcd-store';
import { withGroupCommit } from '@gantry/control-plane/store/group-commit';
import type { Store } from '@gantry/control-plane/store/store';
import { systemClock } from '@gantry/kit/clock';
import { findEtcd, startEtcd, type EtcdProcess } from '@gantry/kit/etcd-process';
import { silentLogger } from '@gantry/kit/logger';
import { mapBounded } from '@gantry/kit/map-bounded';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { Registry } from 'prom-client';
import { NAMESPACES } from './workload.ts';

const CREATES_AT_ONCE = 256;
const NODES_PER_COMMIT = 100;
const POLL_MS = 5;
const WAIT_MS = 120_000;

const CONTEXT: WriteContext = {
  user: SYSTEM_USER,
  fieldManager: 'bench',
  fieldValidation: 'Strict',
  dryRun: false,
  fence: [],
  requestId: 'bench',
  warn: () => undefined,
};

/** The lab. */
export class DurableLab {
  readonly store: Store;
  readonly cache: FedCache;
  readonly resources: Resources;
  readonly metrics: LeadMetrics;
  readonly #deps: ResourcesDeps;
  readonly #etcd: EtcdProcess;
  readonly #folder: string;
  readonly #stopping = new AbortController();
  readonly #fed: Promise<void>;

  private constructor(etcd: EtcdProcess, folder: string) {
    this.#etcd = etcd;
    this.#folder = folder;
    const [clock, random, logger, ids] = [systemClock, systemRandom, silentLogger, systemIds];
    this.store = withGroupCommit(createEtcdStore({ endpoints: [etcd.endpoint], clock, random, logger }));
    this.cache = createCache({ store: this.store, kinds, clock, logger, random });
    this.#deps = { store: this.store, cache: this.cache, clock, ids, admission: admissionSteps };
    this.resources = createResources(this.#deps);
    this.metrics = createLeadMetrics(new Registry());
    this.#fed = this.cache.run(this.#stopping.signal);
  }

  /** Starts etcd on free loopback ports with its data in a new folder. It syncs to disk, as in production. */
  static async start(): Promise<DurableLab> {
    const program = await findEtcd({ env: process.env });
    const folder = mkdtempSync(join(tmpdir(), 'gantry-bench-'));
    const etcd = await startEtcd({ program, dataFolder: join(folder, 'etcd') }).catch((error: unknown) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
    const lab = new DurableLab(etcd, folder);
    try {
      await lab.#fill();
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  async #fill(): Promise<void> {
    await this.cache.ready();
    await bootstrap(this.resources);
    for (const name of NAMESPACES) {
      await this.resources.create(
        namespaceKind,
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        CONTEXT,
      );
    }
    await this.cache.waitForNewest();
  }

  /** Nodes with their status, as agents have reported it: straight into the store. */
  async putNodes(nodes: readonly Node[]): Promise<void> {
    for (let from = 0; from < nodes.length; from += NODES_PER_COMMIT) {
      const writes = nodes.slice(from, from + NODES_PER_COMMIT).map((node) => ({
        type: 'put' as const,
        key: storeKeyOf(nodeKind, { namespace: '', name: node.metadata.name ?? '' }),
        value: valueOf(node),
      }));
      await this.store.commit({ conditions: [], writes });
    }
    await this.cache.waitForNewest();
  }

  async removeNode(node: Node): Promise<void> {
    const key = storeKeyOf(nodeKind, { namespace: '', name: node.metadata.name ?? '' });
    await this.store.commit({ conditions: [], writes: [{ type: 'delete', key }] });
  }

  /** As clients create them: admitted, validated, written one by one. */
  async create(pods: readonly Pod[]): Promise<void> {
    await mapBounded(pods, CREATES_AT_ONCE, (pod) => this.resources.create(podKind, pod, CONTEXT));
    await this.cache.waitForNewest();
  }

  async remove(pod: Pod): Promise<void> {
    const { namespace = '', name = '' } = pod.metadata;
    await this.resources.delete(podKind, { namespace, name }, { gracePeriodSeconds: 0 }, CONTEXT);
  }

  /** Leads as a replica of the control plane does: scheduler, Events, compaction. @returns what ends it. */
  lead(): () => Promise<void> {
    const { clock, ids } = this.#deps;
    const explanations = new Explanations();
    const parts = {
      ...{ store: this.store, cache: this.cache, resources: this.resources, resourcesDeps: this.#deps },
      ...{ clock, ids, random: systemRandom, logger: silentLogger, controllers: [], explanations },
    };
    const leadership = createLeadership({
      ...parts,
      identity: 'bench',
      lead: (term) => lead({ ...parts, metrics: this.metrics }, term),
    });
    const end = new AbortController();
    const running = leadership.run(end.signal);
    return async () => {
      end.abort();
      await running;
    };
  }

  /** @throws after two minutes. */
  async until(isSo: () => boolean, what: string): Promise<void> {
    for (const endMs = Date.now() + WAIT_MS; !isSo(); await delay(POLL_MS)) {
      if (Date.now() > endMs) throw new Error(`not within two minutes: ${what}`);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#fed;
    await this.store.close();
    await this.#etcd.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
