// What goes through the Services of the simulated cluster, as the proxies of its hosts would have counted it: somebody asks
// each host for each Service all the time, and some versions fail some requests. Counted when somebody reads, by how the
// proxies stand then.
import { revisionOfPod } from '@gantry/agent/traffic-metrics/pod-revision';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { AnyObject } from '@gantry/api/meta';
import { rowOf, type TrafficRow } from '@gantry/api/service-traffic';
import type { TrafficSource } from '@gantry/control-plane/server/traffic-source';
import type { NodeView } from '../invariants/world-view.ts';
import { hashText } from './hash-text.ts';

/** What it is counted by. */
export interface SimTrafficDeps {
  seed: number;
  nowMs(): number;
  hosts(): Iterable<NodeView>;
  /** All that the store has. */
  pods(): Iterable<AnyObject>;
}

/** Requests that a host sends to a Service in a second. */
const RATE = 20;
/** Of all versions so many in a hundred fail half of their requests. */
const BAD_PERCENT = 20;
const FAILING = 0.5;

interface Count {
  requests: number;
  failed: number;
}

export class SimTraffic implements Pick<TrafficSource, 'sums'> {
  readonly #deps: SimTrafficDeps;
  /** By Service, as `namespace/name`, and by revision. */
  readonly #counts = new Map<string, Map<string, Count>>();
  #countedAtMs: number | undefined;

  constructor(deps: SimTrafficDeps) {
    this.#deps = deps;
  }

  sums(): ReturnType<TrafficSource['sums']> {
    this.#count();
    const sums = new Map<string, ReadonlyMap<string, TrafficRow>>();
    for (const [service, revisions] of this.#counts)
      sums.set(service, new Map([...revisions].map(([revision, count]) => [revision, rowFor(count)])));
    return Promise.resolve({ sums, atMs: Math.floor(this.#deps.nowMs()) });
  }

  #count(): void {
    const nowMs = this.#deps.nowMs();
    const requests = (RATE * (nowMs - (this.#countedAtMs ?? nowMs))) / 1000;
    this.#countedAtMs = nowMs;
    const names = new Map(
      Array.from(this.#deps.pods(), ({ metadata: { uid = '', name = '' } }) => [uid, name]),
    );
    for (const host of this.#deps.hosts()) {
      if (!host.up) continue;
      for (const service of host.byService.keys()) this.#send(host, service, requests, names);
    }
  }

  #send(host: NodeView, service: string, requests: number, names: ReadonlyMap<string, string>): void {
    for (const [backend, share] of sharesOf(host.splits, service)) {
      const uids = [...(host.byService.get(backend) ?? [])];
      for (const uid of uids)
        this.#add(service, revisionOfPod(names.get(uid) ?? ''), (requests * share) / uids.length);
    }
  }

  #add(service: string, revision: string, requests: number): void {
    const revisions = this.#counts.get(service) ?? new Map<string, Count>();
    this.#counts.set(service, revisions);
    const count = revisions.get(revision) ?? { requests: 0, failed: 0 };
    const isBad = hashText(`${this.#deps.seed}/bad/${revision}`) % 100 < BAD_PERCENT;
    count.requests += requests;
    count.failed += isBad ? requests * FAILING : 0;
    revisions.set(revision, count);
  }
}

/** Services and their parts of the requests for one. */
function sharesOf(splits: readonly TrafficSplit[], service: string): [string, number][] {
  const split = splits.find(
    ({ metadata, spec }) => `${metadata.namespace ?? ''}/${spec.service}` === service,
  );
  if (split === undefined) return [[service, 1]];
  const backends = split.spec.rules.at(-1)?.backends ?? [];
  return backends.map(({ service: name, weight }) => [
    `${split.metadata.namespace ?? ''}/${name}`,
    weight / 100,
  ]);
}

/** As HTTP and as TCP: what is read depends on the Service's port. */
function rowFor({ requests, failed }: Count): TrafficRow {
  const bad = Math.floor(failed);
  const all = Math.floor(requests);
  return rowOf({ answers2xx: all - bad, answers5xx: bad, sessions: all, connectErrors: bad });
}
