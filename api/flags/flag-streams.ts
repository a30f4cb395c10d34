// Server-sent events of changes, by OFREP's ADR 0008: a client is told that its namespace's flags have changed, and
// evaluates anew. Nothing is replayed: whoever comes back names what it heard last, and is told when that is not so
// any more.
import type { InformerClock } from '../informer.ts';
import type { FeatureFlag } from '../kinds/feature-flag.ts';
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
}

/** Media type of a stream. */
export const STREAM_TYPE = 'text/event-stream';

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
    return () => {
      streams.delete(stream);
      if (streams.size === 0 && this.#byNamespace.get(namespace) === streams)
        this.#byNamespace.delete(namespace);
      if (this.#byNamespace.size > 0) return;
      this.#stopBeating?.();
      this.#stopBeating = undefined;
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
    this.#stopBeating?.();
    this.#stopBeating = undefined;
    for (const { sink } of this.#all()) sink.end();
    this.#byNamespace.clear();
  }

  #tell(): void {
    const namespaces = [...this.#changed];
    this.#changed.clear();
    for (const namespace of namespaces) {
      const tag = this.#deps.tagOf(namespace);
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
 * nothing newer has come, objects can only have gone.
 */
export function flagConfigTag(objects: readonly FeatureFlag[]): string {
  const newest = objects.reduce(
    (most, { metadata }) => Math.max(most, Number(metadata.resourceVersion ?? 0)),
    0,
  );
  return `${newest}-${objects.length}`;
}
