// The timeline of a replica: what it remembers, what is kept in the store, what objects and agents tell, put into one
// causal order for whoever asks.
import { causalOrder } from '@gantry/api/timeline/causal-order';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import type { TimelineClock, TimelineEntry } from '@gantry/api/timeline/timeline-entry';
import { HybridClock } from '@gantry/kit/hybrid-clock';
import { messageOf } from '@gantry/kit/operational-error';
import { firstFew } from '@gantry/kit/first-few';
import type { Cache, CacheReader } from '../cache/cache.ts';
import type { ChangeJournal } from '../resources/deps.ts';
import { KeptChanges, type KeptChangesDeps } from './kept-changes.ts';
import { nodeAnswers, NODES_ASKED_MAX, type NodeAnswers, type NodeReports } from './node-records.ts';
import { pastRecords } from './past-records.ts';
import type { NotedPlan } from './plan-record.ts';
import {
  NO_PEERS,
  peerAnswers,
  replicaPlans,
  type PeerAnswers,
  type PlanPeers,
  type PlansAsked,
  type ReplicaPlans,
} from './replica-plans.ts';
import type { Scope } from './scope.ts';
import { TimelineMemory } from './timeline-memory.ts';
import type { TimelineRecord } from './timeline-record.ts';

export interface TimelineDeps extends Omit<KeptChangesDeps, 'hybrid'> {
  cache: Cache;
  identity: string;
  /** How agents are asked; without it their Events tell of them. */
  nodes?: NodeReports;
  /** How other replicas are asked for their plans. */
  peers?: PlanPeers;
}

/** What is asked for. */
export interface TimelineQuery {
  scope: Scope;
  /** Where the objects are; empty: everywhere. */
  namespace: string;
  sinceMs: number;
  /** The last so many. */
  limit: number;
  mayRead(entry: Pick<TimelineEntry, 'object'>): boolean;
  signal: AbortSignal;
}

/** What was found. */
export interface TimelineAnswer {
  entries: readonly TimelineEntry[];
  clocks: readonly TimelineClock[];
  /** What is missing, in sentences. */
  warnings: readonly string[];
  /** How many other replicas were asked. */
  replicas: number;
}

/** Remembers, and answers. */
export class Timeline {
  /** This replica's time; agents go by it. */
  readonly hybrid: HybridClock;
  /** Told of every change that this replica makes. */
  readonly journal: ChangeJournal;
  readonly #deps: TimelineDeps;
  readonly #kept: KeptChanges;
  #memory: TimelineMemory;

  constructor(deps: TimelineDeps) {
    this.#deps = deps;
    this.hybrid = new HybridClock(deps.clock, deps.identity);
    const own = { ...deps, hybrid: this.hybrid };
    this.#kept = new KeptChanges(own);
    this.#memory = new TimelineMemory(own);
    this.journal = {
      writesFor: (change, writer, signal) => this.#kept.writesFor(change, writer, signal),
      withoutLease: (writes) => this.#kept.withoutLease(writes),
      wrote: (definition, key, revision, { user, requestId = '', fieldManager = '' }) => {
        if (user !== undefined) {
          this.#memory.wrote(definition, key, revision, {
            user: user.name,
            requestId,
            manager: fieldManager,
          });
        }
      },
    };
  }

  /** Begins to remember; the cache has to be filled by now. @returns what ends it. */
  follow(): () => void {
    return this.#memory.follow(this.#deps.cache);
  }

  /** A plan has been acted on. */
  planned(noted: NotedPlan): void {
    this.#memory.planned(noted);
  }

  /** What another replica asks for: the plans that were made here. */
  plansMadeHere(asked: PlansAsked): ReplicaPlans {
    return replicaPlans(this.#memory.records(), asked, this.hybrid.now());
  }

  /** Puts an answer together. Does not fail when parts of it cannot be had. */
  async answer(query: TimelineQuery): Promise<TimelineAnswer> {
    const { cache } = this.#deps;
    const { scope, namespace, sinceMs, signal } = query;
    const warnings: string[] = [];
    const remembered = this.#memory.records();
    const [kept, peers] = await Promise.all([
      this.#readKept(namespace, sinceMs, warnings, signal),
      this.#askPeers(query),
    ]);
    warnings.push(...peers.warnings);
    const known = [...merged(remembered, kept), ...peers.records];
    const objects = scope.objects;
    const at = { namespace, untilMs: this.#memory.sinceMs, known };
    const local = [...known, ...pastRecords(cache, objects, at)];
    const nodes = await this.#askNodes(query, scope.pick(local), warnings);
    // Together: what a node says of a pod that is gone belongs here by what the change of that pod says.
    const all = withoutRepetitions(scope.pick([...local, ...nodes.records]));
    const wanted = all.filter(({ at: { wallMs }, entry }) => wallMs >= sinceMs && query.mayRead(entry));
    const entries = causalOrder(wanted).map(({ record, stamp }) => entryOf(record, stamp));
    const surplus = entries.length - query.limit;
    if (surplus > 0) warnings.push(`only the last ${query.limit} of ${entries.length} entries are told`);
    const clocks = [...peers.clocks, ...nodes.clocks];
    return { entries: entries.slice(Math.max(0, surplus)), clocks, warnings, replicas: peers.asked };
  }

  async #askPeers({ namespace, sinceMs, signal }: TimelineQuery): Promise<PeerAnswers> {
    const { peers, clock } = this.#deps;
    return peers === undefined ? NO_PEERS : peerAnswers(peers, { namespace, sinceMs }, { clock, signal });
  }

  async #readKept(
    namespace: string,
    sinceMs: number,
    warnings: string[],
    signal: AbortSignal,
  ): Promise<TimelineRecord[]> {
    try {
      return await this.#kept.read(namespace, sinceMs, signal);
    } catch (error) {
      warnings.push(`changes that were kept cannot be read: ${messageOf(error)}`);
      return [];
    }
  }

  async #askNodes(
    { scope, namespace, signal }: TimelineQuery,
    records: readonly TimelineRecord[],
    warnings: string[],
  ): Promise<NodeAnswers> {
    const { nodes: reports, cache, clock } = this.#deps;
    if (reports === undefined) return { records: [], clocks: [], silent: [] };
    const isScoped = scope.objects.length > 0;
    const places = isScoped ? nodesOf(scope.objects, records) : reports.connected();
    const connected = new Set(reports.connected());
    const uids = isScoped ? { uids: podUids(scope.objects, records) } : {};
    const asked = places.filter((node) => connected.has(node));
    const at = { nowMs: () => clock.nowMs(), signal };
    const answers = await nodeAnswers(reports, asked, { namespace, ...uids }, at);
    const absent = places.filter((node) => !connected.has(node) && isNode(cache, node));
    const silent = [...absent, ...answers.silent];
    if (silent.length > 0) warnings.push(silentText(silent));
    return answers;
  }
}

function silentText(silent: readonly string[]): string {
  return `of containers on ${firstFew(silent, 3)} only Events tell: not connected to this replica, or beyond ${NODES_ASKED_MAX} nodes`;
}

/** What the watch has brought, with who made it where only the store knows; and what was before. */
function merged(remembered: readonly TimelineRecord[], kept: readonly TimelineRecord[]): TimelineRecord[] {
  const byId = new Map(kept.map((record) => [record.entry.id, record]));
  const both = remembered.map((record) => {
    const known = byId.get(record.entry.id);
    byId.delete(record.entry.id);
    if (known === undefined || record.entry.requestId !== undefined) return record;
    const { who, where, requestId, manager } = known.entry;
    const more = {
      ...(requestId === undefined ? {} : { requestId }),
      ...(manager === undefined ? {} : { manager }),
    };
    return { ...record, entry: { ...record.entry, who, where, ...more } };
  });
  return [...both, ...byId.values()];
}

/** Of an Event that is counted up the first time and the last. */
function firstAndLast(records: readonly TimelineRecord[]): ReadonlySet<TimelineRecord> {
  const firsts = new Map<string, TimelineRecord>();
  const lasts = new Map<string, TimelineRecord>();
  for (const record of records) {
    if (record.entry.type !== 'event') continue;
    const event = record.entry.id.replace(/^\d+/, '');
    const [first, last] = [firsts.get(event), lasts.get(event)];
    if ((first?.revision ?? Infinity) > (record.revision ?? 0)) firsts.set(event, record);
    if ((last?.revision ?? -1) < (record.revision ?? 0)) lasts.set(event, record);
  }
  return new Set([...firsts.values(), ...lasts.values()]);
}

/** Events that only say again what an agent, or the change itself, has said. */
function withoutRepetitions(records: readonly TimelineRecord[]): TimelineRecord[] {
  const told = new Set(
    records.flatMap(({ entry, revision }) => {
      const uid = entry.object.uid ?? '';
      if (entry.type === 'container') return [`${uid} ${entry.reason ?? ''} ${entry.what}`];
      return entry.type === 'change' && revision !== undefined ? [`${uid} ${revision}`] : [];
    }),
  );
  const ends = firstAndLast(records);
  return records.filter((record) => {
    const { entry, revision } = record;
    if (entry.type !== 'event') return true;
    if (!ends.has(record)) return false;
    const uid = entry.object.uid ?? '';
    const what = entry.what.replace(/ \(\d+ times\)$/, '');
    return !told.has(`${uid} ${entry.reason ?? ''} ${what}`) && !told.has(`${uid} ${revision ?? 0}`);
  });
}

function nodesOf(objects: readonly AnyObject[], records: readonly TimelineRecord[]): string[] {
  const ofObjects = objects.map((object) => (object['spec'] as Pod['spec'] | undefined)?.nodeName ?? '');
  const names = new Set([...ofObjects, ...records.map(({ node = '' }) => node)]);
  names.delete('');
  return [...names];
}

function podUids(objects: readonly AnyObject[], records: readonly TimelineRecord[]): string[] {
  const pods = [
    ...objects,
    ...records.map(({ entry }) => ({ ...entry.object, metadata: { uid: entry.object.uid } })),
  ];
  const uids = pods.filter(({ kind }) => kind === podKind.kind).map(({ metadata }) => metadata.uid ?? '');
  return [...new Set(uids)];
}

const isNode = (cache: CacheReader, name: string): boolean =>
  cache.get(nodeKind, { namespace: '', name }) !== undefined;

function entryOf({ entry, at, revision, seen }: TimelineRecord, stamp: string): TimelineEntry {
  return {
    ...{ id: entry.id, stamp, time: new Date(at.wallMs).toISOString() },
    ...entry,
    ...(revision === undefined ? {} : { revision }),
    ...(seen === undefined ? {} : { seen }),
  };
}
