// What happened to the pods of this node, stamped with a clock that agrees with the control plane's however wrong the
// machine's own is. In memory and bounded: it is asked for through the tunnel, and Events tell of the rest.
import type { Transport } from '@gantry/api/client';
import type { Pod } from '@gantry/api/kinds/pod';
import { CLOCK_HEADER } from '@gantry/api/timeline/clock-header';
import type { NodeRecord, NodeReport } from '@gantry/api/timeline/node-report';
import type { Clock } from '@gantry/kit/clock';
import { HybridClock } from '@gantry/kit/hybrid-clock';
import { formatHybrid, parseHybrid, type HybridTime } from '@gantry/kit/hybrid-time';
import { RecentList } from '@gantry/kit/recent-list';
import type { Ids } from '@gantry/kit/random';
import type { TunnelTimelineOptions } from '@gantry/kit/tunnel/tunnel-request';

/** Something that happened, before it is stamped. */
export type NodeNote = Pick<NodeRecord, 'type' | 'severity' | 'container' | 'reason' | 'what' | 'exitCode'>;

export interface NodeTimelineDeps {
  clock: Clock;
  ids: Ids;
  nodeName: string;
}

/** Remembers what happened on a node. */
export interface NodeTimeline {
  /** Never waits, never fails. */
  note(pod: Pod, note: NodeNote): void;
  /** The same transport, which tells our time and hears the server's. */
  exchanging(transport: Transport): Transport;
  report(options: TunnelTimelineOptions): NodeReport;
}

/** The oldest records go first. */
export const RECORDS_MAX = 5_000;
const WHAT_LENGTH_MAX = 1024;

type Kept = Omit<NodeRecord, 'at'> & { at: HybridTime };

/** Makes one that remembers nothing yet. */
export function createNodeTimeline(deps: NodeTimelineDeps): NodeTimeline {
  return new Timeline(deps);
}

class Timeline implements NodeTimeline {
  readonly #clock: Clock;
  readonly #hybrid: HybridClock;
  readonly #incarnation: string;
  readonly #records = new RecentList<Kept>(RECORDS_MAX);
  #seq = 0;
  /** Records up to this one were stamped by a clock that an exchange has since found right. */
  #confirmedSeq = 0;

  constructor({ clock, ids, nodeName }: NodeTimelineDeps) {
    this.#clock = clock;
    this.#hybrid = new HybridClock(clock, nodeName);
    this.#incarnation = ids.uid();
  }

  note({ metadata }: Pod, note: NodeNote): void {
    const { namespace = '', name = '', uid = '', resourceVersion } = metadata;
    this.#seq += 1;
    this.#records.push({
      ...note,
      seq: this.#seq,
      what: note.what.slice(0, WHAT_LENGTH_MAX),
      at: this.#hybrid.now(),
      seen: Number(resourceVersion ?? 0) || 0,
      object: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    });
  }

  exchanging(transport: Transport): Transport {
    return async (request) => {
      const sentMs = this.#clock.nowMs();
      const headers = { ...request.headers, [CLOCK_HEADER]: formatHybrid(this.#hybrid.now()) };
      const response = await transport({ ...request, headers });
      const heard = parseHybrid(response.headers[CLOCK_HEADER] ?? '');
      if (heard !== undefined) this.#follow(sentMs, heard);
      return response;
    };
  }

  report({ namespace, uids }: TunnelTimelineOptions): NodeReport {
    const wanted = uids === undefined ? undefined : new Set(uids);
    const records = this.#records
      .items()
      .filter(({ object }) => namespace === undefined || object.namespace === namespace)
      .filter(({ object }) => wanted?.has(object.uid ?? '') ?? true)
      .map((record): NodeRecord => ({ ...record, at: formatHybrid(record.at) }));
    const { skewMs } = this.#hybrid;
    return { incarnation: this.#incarnation, now: formatHybrid(this.#hybrid.now()), skewMs, records };
  }

  /** What was stamped since the last exchange was stamped by the clock that has now been put right. */
  #follow(sentMs: number, heard: HybridTime): void {
    const stepMs = this.#hybrid.follow({ sentMs, receivedMs: this.#clock.nowMs(), heard });
    if (stepMs !== 0) {
      for (const record of this.#records.items()) {
        if (record.seq <= this.#confirmedSeq) continue;
        record.at = { ...record.at, wallMs: Math.max(0, record.at.wallMs + stepMs) };
      }
    }
    this.#confirmedSeq = this.#seq;
  }
}
