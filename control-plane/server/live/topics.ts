// Figures that are told at a pace of their own rather than when an object changes. Each is reckoned once for all
// connections of this replica that ask for the same, and only while somebody asks.
import type { Clock } from '@gantry/kit/clock';
import type { BoundedWriter } from '../bounded-writer.ts';
import type { User } from '../security.ts';

/** What is told. */
export interface Topic {
  path: string;
  everyMs: number;
  /**
   * What this user may hear, as a reading and a name for it: those with the same name share one.
   *
   * @throws StatusError 403, 400.
   */
  reading(user: User, query: URLSearchParams): { name: string; read: () => Reading };
}

/** One series of readings: it may remember the one before. Resolves to the object of a line; undefined to say nothing. */
export type Reading = (signal: AbortSignal) => Promise<object | undefined>;

/** The topics of a server. */
export interface Topics {
  find(path: string): OpenableTopic | undefined;
}

/** A topic that can be subscribed to. */
export interface OpenableTopic {
  /** @returns what writes the lines until the writer is closed. @throws StatusError 403, 400. */
  open(user: User, query: URLSearchParams): (writer: BoundedWriter) => Promise<void>;
}

interface Told {
  writers: Set<BoundedWriter>;
  /** What was told last, for who comes between two readings. */
  last?: string;
  stop: () => void;
}

/** Makes them. */
export function createTopics(
  topics: readonly Topic[],
  clock: Clock,
  onError: (error: unknown) => void,
): Topics {
  const told = new Map<string, Told>();
  const join = (topic: Topic, name: string, read: () => Reading, writer: BoundedWriter): (() => void) => {
    const key = `${topic.path} ${name}`;
    const series = told.get(key) ?? startReading(topic, read(), clock, onError);
    told.set(key, series);
    series.writers.add(writer);
    if (series.last !== undefined) writer.write(series.last);
    return () => {
      series.writers.delete(writer);
      if (series.writers.size > 0 || told.get(key) !== series) return;
      told.delete(key);
      series.stop();
    };
  };
  return {
    find(path) {
      const topic = topics.find((one) => one.path === path);
      if (topic === undefined) return undefined;
      return {
        open(user, query) {
          const { name, read } = topic.reading(user, query);
          return (writer) =>
            new Promise((resolve) => {
              const leave = join(topic, name, read, writer);
              writer.onceClosed(() => {
                leave();
                resolve();
              });
            });
        },
      };
    },
  };
}

function startReading(topic: Topic, read: Reading, clock: Clock, onError: (error: unknown) => void): Told {
  const end = new AbortController();
  const series: Told = { writers: new Set(), stop: () => end.abort() };
  const round = async (): Promise<void> => {
    const object = await read(end.signal);
    if (object === undefined || end.signal.aborted) return;
    series.last = `${JSON.stringify(object)}\n`;
    for (const writer of series.writers) writer.write(series.last);
  };
  const again = (): void => {
    const startedMs = clock.nowMs();
    const next = (): void => {
      if (end.signal.aborted) return;
      const cancel = clock.schedule(Math.max(0, startedMs + topic.everyMs - clock.nowMs()), again);
      series.stop = () => {
        cancel();
        end.abort();
      };
    };
    round()
      .catch((error: unknown) => {
        if (!end.signal.aborted) onError(error);
      })
      .finally(next);
  };
  again();
  return series;
}
