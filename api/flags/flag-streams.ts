// Server-sent events of changes, by OFREP's ADR 0008: a client is told that its namespace's flags have changed, and
// evaluates anew. Nothing is replayed: whoever comes back names what it heard last, and is told when that is not so
// any more.
import type { InformerClock } from '../informer.ts';
import type { FeatureFlag } from '../kinds/feature-flag.ts';
import { changesPast } from './schedules.ts';
import { STREAM_GATHER_MS, STREAM_HEARTBEAT_MS, STREAM_RETRY_MS } from './limits.ts';

/** Where a stream is written to. */
export interface StreamSink {
  write(text: string): void;
  end(): void;
}

export interface FlagStreamsDeps {
  clock: InformerClock;
  /** Names what all flags of the namespace are now. */
  tagOf(namespace: string): string;
  /** When flags of the namespace change on schedule next. */
  nextMomentMs: (namespace: string) => number | undefined;
}

/** Media type of a stream. */
export const STREAM_TYPE = 'text/event-stream';

/** Clocks cannot wait longer than some weeks at once. */
const MOMENT_WAIT_MAX_MS = 24 * 60 * 60 * 1000;

interface Stream {
  sink: StreamSink;
  /** The last tag that the client knows. */
  tag: string;
}

/** All open streams of one server. Whoever opens them bounds their number. */
export class FlagStreams {
  readonly #deps: FlagStreamsDeps;
  readonly #byNamespace = new Map<string, Set<Stream>>();
  readonly #changed = new Set<string>();
  /** Ends the wait for a namespace's next change on schedule. */
  readonly #waits = new Map<string, () => void>();
  #stopBeating: (() => void) | undefined;

  constructor(deps: FlagStreamsDeps) {
    this.#deps = deps;
  }

  /** How many are open. */
  get size(): number {
    return [...this.#byNamespace.values()].reduce((sum, streams) => sum + streams.size, 0);
  }

  /** @param lastEventId what the client heard last, when it comes back. @returns forgets the stream. */
  open(namespace: string, lastEventId: string | undefined, sink: StreamSink): () => void {
    const tag = this.#deps.tagOf(namespace);
    const stream = { sink, tag };
    const streams = this.#byNamespace.get(namespace) ?? new Set();
    this.#byNamespace.set(namespace, streams.add(stream));
    sink.write(`retry: ${STREAM_RETRY_MS}\nid: ${tag}\n: flags of namespace ${namespace}\n\n`);
    if (lastEventId !== undefined && lastEventId !== tag) sink.write(this.#event(tag));
    this.#stopBeating ??= this.#beat();
    if (streams.size === 1) this.#waitForMoment(namespace);
    return () => {
      if (streams.delete(stream) && streams.size === 0) this.#forget(namespace);
    };
  }

  /** Flags of the namespace may have changed. */
  changed(namespace: string): void {
    if (!this.#byNamespace.has(namespace)) return;
    if (this.#changed.size === 0) this.#deps.clock.schedule(STREAM_GATHER_MS, () => this.#tell());
    this.#changed.add(namespace);
  }

  /** Ends all streams. */
  close(): void {
    for (const { sink } of this.#all()) sink.end();
    for (const namespace of [...this.#byNamespace.keys()]) this.#forget(namespace);
  }

  #forget(namespace: string): void {
    this.#byNamespace.delete(namespace);
    this.#waits.get(namespace)?.();
    this.#waits.delete(namespace);
    if (this.#byNamespace.size > 0) return;
    this.#stopBeating?.();
    this.#stopBeating = undefined;
  }

  #waitForMoment(namespace: string): void {
    this.#waits.get(namespace)?.();
    this.#waits.delete(namespace);
    const { clock, nextMomentMs } = this.#deps;
    const atMs = nextMomentMs(namespace);
    if (atMs === undefined) return;
    const waitMs = Math.min(atMs - clock.nowMs(), MOMENT_WAIT_MAX_MS);
    const wait = clock.schedule(waitMs, () => {
      this.#waitForMoment(namespace);
      this.changed(namespace);
    });
    this.#waits.set(namespace, wait);
  }

  #tell(): void {
    const namespaces = [...this.#changed];
    this.#changed.clear();
    for (const namespace of namespaces) {
      const tag = this.#deps.tagOf(namespace);
      if (this.#byNamespace.has(namespace)) this.#waitForMoment(namespace);
      for (const stream of this.#byNamespace.get(namespace) ?? []) {
        if (stream.tag === tag) continue;
        stream.tag = tag;
        stream.sink.write(this.#event(tag));
      }
    }
  }

  #event(tag: string): string {
    const lastModified = Math.floor(this.#deps.clock.nowMs() / 1000);
    const data = { type: 'refetchEvaluation', etag: `"${tag}"`, lastModified };
    return `id: ${tag}\nevent: message\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #beat(): () => void {
    return this.#deps.clock.schedule(STREAM_HEARTBEAT_MS, () => {
      this.#stopBeating = this.#beat();
      for (const { sink } of this.#all()) sink.write(': still here\n\n');
    });
  }

  #all(): Stream[] {
    return [...this.#byNamespace.values()].flatMap((streams) => [...streams]);
  }
}

/**
 * Names the state of a namespace's flags, the same on all servers. Newest revision and number tell states apart: while
 * nothing newer has come, objects can only have gone. Changes on schedule make a state of their own.
 */
export function flagConfigTag(objects: readonly FeatureFlag[], nowMs: number): string {
  const newest = objects.reduce(
    (most, { metadata }) => Math.max(most, Number(metadata.resourceVersion ?? 0)),
    0,
  );
  const past = changesPast(objects, nowMs);
  return past === 0 ? `${newest}-${objects.length}` : `${newest}-${objects.length}-${past}`;
}
