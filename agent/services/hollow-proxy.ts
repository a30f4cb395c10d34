// The service proxy of a hollow node: new lists are in force after a while. What it leads to belongs to the host, as
// HAProxy does: it stays when the agent dies, and goes when the host does.
import { SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Random } from '@gantry/kit/random';
import { untilAborted } from '@gantry/kit/until-aborted';
import { DrainWatch } from './drain-watch.ts';
import { hasSplitNews, hasWithdrawn, UNCONFIRMED, type NodeProxy } from './node-proxy.ts';
import type { ServiceLists } from './service-lists.ts';

/** What a hollow host's proxy does right now. */
export interface HollowTraffic {
  /** Whether lists are in force; not after the host was off. */
  isServing: boolean;
  /** Uids of the pods that new connections are sent to, as long as there are any. */
  leadsTo: ReadonlySet<string>;
  /** Uids of the pods that are not among those any more and have still requests to answer. */
  busy: ReadonlySet<string>;
  /** The same by Service, as `namespace/name`. */
  byService: ReadonlyMap<string, ReadonlySet<string>>;
  /** By which its requests are shared out. */
  splits: readonly TrafficSplit[];
}

export interface HollowProxyDeps {
  clock: Clock;
  random: Random;
  traffic: HollowTraffic;
  /** By which requests end that outlive the agent; its own when absent. */
  hostClock?: Clock;
}

/** Nothing is led to yet. */
export function noTraffic(): HollowTraffic {
  return { isServing: false, leadsTo: new Set(), busy: new Set(), byService: new Map(), splits: [] };
}

/** From a few commands to a reload on a busy host. */
const APPLY_MIN_MS = 5;
const APPLY_MAX_MS = 300;
/** The last request to a pod ends within this: sooner than anybody gives up on it. */
const REQUEST_MAX_MS = 1_500;
/** Each look costs a simulation an event. */
const LOOK_EVERY_MS = 100;

export function createHollowProxy(deps: HollowProxyDeps): NodeProxy {
  const { clock, random, traffic, hostClock = clock } = deps;
  const requestsTo = (uids: readonly string[]): Promise<Map<string, number>> =>
    Promise.resolve(new Map(uids.map((uid) => [uid, traffic.busy.has(uid) ? 1 : 0])));
  const drains = new DrainWatch({ clock, requestsTo, lookEveryMs: LOOK_EVERY_MS });
  /** What is led to no more has still something to do. */
  const takeOut = (left: readonly string[]): void => {
    traffic.busy = new Set([...traffic.busy, ...left]);
    for (const uid of left)
      hostClock.schedule(Math.floor(random.next() * REQUEST_MAX_MS), () => {
        traffic.busy = new Set([...traffic.busy].filter((other) => other !== uid));
      });
  };
  let waiting: ServiceLists | undefined;
  let applied: string | undefined;
  let splits: string | undefined;
  let wake: () => void = () => undefined;
  return {
    onServices(lists) {
      // What is in force has heard more than the disk.
      if (lists.revision === undefined && traffic.isServing) return;
      waiting = lists;
      wake();
    },
    appliedRevision: () => applied,
    drainedRevision: () => drains.revision(),
    appliedSplits: () => splits,
    error: () => undefined,
    async run(onAwaited, signal) {
      await Promise.all([keepInStep(onAwaited, signal), drains.run(onAwaited, signal)]);
    },
  };

  async function keepInStep(onAwaited: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const lists = waiting;
      if (lists === undefined) {
        const woken = new Promise<void>((resolve) => (wake = resolve));
        await untilAborted(woken, signal).catch(() => undefined);
        continue;
      }
      waiting = undefined;
      const delayMs = APPLY_MIN_MS + Math.floor(random.next() * (APPLY_MAX_MS - APPLY_MIN_MS));
      await sleep(clock, delayMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const leadsTo = new Set(lists.slices.flatMap(readyUids));
      takeOut([...traffic.leadsTo].filter((uid) => !leadsTo.has(uid)));
      Object.assign(traffic, { isServing: true, leadsTo, byService: uidsByService(lists.slices) });
      applied = lists.revision ?? UNCONFIRMED;
      const before = splits;
      splits = lists.splits?.revision ?? UNCONFIRMED;
      traffic.splits = lists.splits?.splits ?? [];
      const leaving = [...traffic.busy].filter((uid) => !leadsTo.has(uid));
      drains.onApplied({ revision: applied, leaving, isAwaited: lists.slices.some(hasWithdrawn) });
      if (hasSplitNews(lists, before)) onAwaited();
    }
  }
}

function uidsByService(slices: readonly EndpointSlice[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const slice of slices) {
    const { namespace = '', labels } = slice.metadata;
    const service = `${namespace}/${labels?.[SERVICE_NAME_LABEL] ?? ''}`;
    found.set(service, new Set([...(found.get(service) ?? []), ...readyUids(slice)]));
  }
  return found;
}

function readyUids({ endpoints }: EndpointSlice): string[] {
  return endpoints.flatMap(({ conditions, targetRef }) =>
    conditions?.ready === true && targetRef?.uid !== undefined ? [targetRef.uid] : [],
  );
}
