// Two servers over one store make, change and delete Services at once, from a range that is nearly too small, while
// commits fail before or after they were made. For tests: what must hold then, whatever happened.
import { kinds } from '@gantry/api/registry';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { OperationalError } from '@gantry/kit/operational-error';
import { idsFrom, seededRandom, type Random } from '@gantry/kit/random';
import { bootstrap, SYSTEM_USER } from '../admission/bootstrap.ts';
import { admissionSteps } from '../admission/steps.ts';
import { createCache, type FedCache } from '../cache/create-cache.ts';
import { claimIndexes, CLAIMS_PREFIX, holderIn } from '../resources/claims.ts';
import { createResources } from '../resources/create-resources.ts';
import { storePrefixOf } from '../resources/object-key.ts';
import type { Resources, WriteContext } from '../resources/resources.ts';
import { withGroupCommit } from '../store/group-commit.ts';
import type { Store } from '../store/store.ts';
import { DEFAULT_RANGE_TEXTS, readRanges } from './ranges.ts';
import { serviceClaims } from './service-claims.ts';

/** One request of a client. */
export interface StormStep {
  server: 0 | 1;
  type: 'create' | 'delete' | 'change';
  service: number;
  /** Of the new state. */
  form: keyof typeof FORMS;
}

/** Forms that Services take, by what they hold. */
export const FORMS = {
  plain: { type: 'ClusterIP' },
  static: { type: 'ClusterIP', clusterIP: '10.96.0.5' },
  node: { type: 'NodePort' },
  staticNode: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_003 }] },
  twoPorts: {
    type: 'LoadBalancer',
    ports: [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ],
  },
  headless: { type: 'ClusterIP', clusterIP: 'None' },
  name: { type: 'ExternalName', externalName: 'db.example.com' },
} as const;

const RANGES = readRanges({
  ...DEFAULT_RANGE_TEXTS,
  serviceCidr: '10.96.0.0/28',
  nodePortRange: '30000-30007',
});
/** Answers that a client may get whatever it asked for. */
const EXPECTED_CODES = new Set([404, 409, 422, 503, 504]);

interface Server {
  cache: FedCache;
  resources: Resources;
}

/** A storm that goes on. */
export interface Storm {
  /** Sends the requests all at once. @returns how many were granted. */
  wave(steps: readonly StormStep[]): Promise<number>;
  /** What does not hold now: an address given twice, a claim without holder, a Service without its claim. */
  findings(): Promise<string[]>;
  stop(): Promise<void>;
}

/** @param failing the chance of a commit to fail. */
export async function startStorm(store: Store, clock: Clock, seed: number, failing: number): Promise<Storm> {
  const stop = new AbortController();
  const fed: Promise<void>[] = [];
  const begin = async (index: number): Promise<Server> => {
    const random = seededRandom(seed * 2 + index);
    const claims = [serviceClaims(RANGES.services, random)];
    const indexes = claimIndexes(claims);
    const cache = createCache({ store, kinds, clock, logger: silentLogger, random, indexes });
    fed.push(cache.run(stop.signal));
    await cache.ready();
    const unsure = withFailures(withGroupCommit(store), random, failing);
    const deps = { store: unsure, cache, clock, ids: idsFrom(random), admission: admissionSteps, claims };
    return { cache, resources: createResources(deps) };
  };
  const servers: [Server, Server] = [await begin(0), await begin(1)];
  await bootstrapped(servers[0].resources);
  await Promise.all(servers.map(({ cache }) => cache.waitForNewest()));
  return {
    async wave(steps) {
      const granted = await Promise.all(steps.map((step) => performed(servers[step.server].resources, step)));
      return granted.filter(Boolean).length;
    },
    findings: () => findingsIn(store),
    async stop() {
      stop.abort();
      await Promise.all(fed);
    },
  };
}

/** Its commits may fail as well. */
async function bootstrapped(resources: Resources): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await bootstrap(resources);
      return;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }
}

function withFailures(store: Store, random: Random, failing: number): Store {
  return {
    ...store,
    async commit(commit, signal) {
      const chance = random.next();
      const lost = (): OperationalError => new OperationalError('store-unavailable', 'the line is cut');
      if (chance < failing / 2) throw lost();
      const result = await store.commit(commit, signal);
      if (chance < failing) throw lost();
      return result;
    },
  };
}

const CONTEXT: WriteContext = {
  user: SYSTEM_USER,
  fieldManager: 'storm',
  fieldValidation: 'Strict',
  dryRun: false,
  fence: [],
  requestId: 'storm',
  warn: () => undefined,
};

async function performed(resources: Resources, step: StormStep): Promise<boolean> {
  const name = `service-${step.service}`;
  const key = { namespace: 'default', name };
  const object: AnyObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { ports: [{ port: 80 }], ...FORMS[step.form] },
  };
  try {
    if (step.type === 'create') await resources.create(serviceKind, object, CONTEXT);
    else if (step.type === 'delete') await resources.delete(serviceKind, key, {}, CONTEXT);
    else await resources.update(serviceKind, key, 'main', () => object, CONTEXT);
    return true;
  } catch (error) {
    if (error instanceof StatusError && EXPECTED_CODES.has(error.status.code)) return false;
    throw error;
  }
}

async function findingsIn(store: Store): Promise<string[]> {
  const { revision, entries: claims } = await store.list(CLAIMS_PREFIX);
  const { entries } = await store.list(storePrefixOf(serviceKind), { revision });
  const services = entries.map(({ value }) => JSON.parse(value) as Service);
  const { held } = serviceClaims(RANGES.services, seededRandom(0));
  const holders = new Map<string, string[]>();
  for (const service of services) {
    for (const { key } of held(service)) {
      holders.set(key, [...(holders.get(key) ?? []), service.metadata.uid ?? '']);
    }
  }
  const claimed = new Map(claims.map((entry) => [entry.key, holderIn(entry)?.uid]));
  return [
    ...[...holders].flatMap(([key, uids]) =>
      uids.length > 1 ? [`${key} was given ${uids.length} times`] : [],
    ),
    ...[...holders].flatMap(([key, [uid]]) => (claimed.get(key) === uid ? [] : [`${key} is not claimed`])),
    ...[...claimed.keys()].flatMap((key) => (holders.has(key) ? [] : [`${key} has leaked`])),
    ...services.flatMap(({ spec, metadata }) => {
      const lacks = spec.type !== 'ExternalName' && (spec.clusterIP ?? '') === '';
      return lacks ? [`${metadata.name} has no address`] : [];
    }),
  ];
}
