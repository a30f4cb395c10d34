// Counts what goes through the Services of a node: reads HAProxy's counters every few seconds and before servers come or
// go, and its log as it is written. One reading at a time, so that they are counted in their order.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { TrafficReport } from '@gantry/api/service-traffic';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Ids } from '@gantry/kit/random';
import { LineSampler } from './line-sampler.ts';
import { MIRROR_COMMANDS, MirrorCounters, readMirrors } from './mirror-counters.ts';
import { readLogLine } from './read-log-line.ts';
import { readProcess, readStats, STATS_COMMANDS } from './read-stats.ts';
import { renderTrafficMetrics } from './render-traffic-metrics.ts';
import { SeriesNames } from './series-names.ts';
import { TrafficCounters } from './traffic-counters.ts';

export interface TrafficMeterDeps {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Sends lines to HAProxy's admin socket, all to one process. */
  ask(lines: readonly string[]): Promise<string[]>;
  /** Hands on the lines of HAProxy's log until the signal is aborted. */
  listen(onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
}

/** What the service proxy tells whoever counts. */
export interface ProxyTraffic {
  /** Servers are about to go. Never rejects. */
  beforeChange(): Promise<void>;
  /** A process is about to start that nobody has counted before. */
  onStart(): void;
  /** These lists are in force; `assigned`: slots by `namespace/name/port`. */
  onApplied(slices: readonly EndpointSlice[], assigned: ReadonlyMap<string, string>): void;
}

export interface TrafficMeter extends ProxyTraffic {
  /** All since this meter was made, read at this moment. */
  report(): Promise<TrafficReport>;
  /** The same in Prometheus' form. */
  metricsText(): Promise<string>;
  /** Counts until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** What a crash of HAProxy may take with it at most. */
const READ_EVERY_MS = 5_000;
const LISTEN_AGAIN_MS = 5_000;

export function createTrafficMeter(deps: TrafficMeterDeps): TrafficMeter {
  return new Meter(deps);
}

class Meter implements TrafficMeter {
  readonly #deps: TrafficMeterDeps;
  readonly #incarnation: string;
  readonly #names = new SeriesNames();
  readonly #counters = new TrafficCounters();
  readonly #mirrors = new MirrorCounters();
  readonly #sampler = new LineSampler();
  #reading: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failures = 0;

  constructor(deps: TrafficMeterDeps) {
    this.#deps = deps;
    this.#incarnation = deps.ids.uid();
  }

  beforeChange(): Promise<void> {
    return this.#read();
  }

  onStart(): void {
    this.#counters.processStarts();
    this.#mirrors.processStarts();
  }

  onApplied(slices: readonly EndpointSlice[], assigned: ReadonlyMap<string, string>): void {
    this.#names.set(slices, assigned);
  }

  async report(): Promise<TrafficReport> {
    await this.#read();
    return { incarnation: this.#incarnation, series: this.#counters.series() };
  }

  async metricsText(): Promise<string> {
    const { series } = await this.report();
    const own = { surplus: this.#counters.surplus, failures: this.#failures };
    return `${renderTrafficMetrics(series, own)}${this.#mirrors.text()}`;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#readOften(signal), this.#listen(signal)]);
  }

  async #readOften(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#read();
      await sleep(this.#deps.clock, READ_EVERY_MS, signal).catch(() => undefined);
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    while (!signal.aborted) {
      try {
        await this.#deps.listen((line) => this.#onLine(line), signal);
      } catch (error) {
        logger.warn('latencies of Services cannot be counted', { error: messageOf(error) });
        await sleep(clock, LISTEN_AGAIN_MS, signal).catch(() => undefined);
      }
    }
  }

  #onLine(line: string): void {
    const weight = this.#sampler.weigh(this.#deps.clock.nowMs());
    if (weight === 0) return;
    const logged = readLogLine(line);
    const name = logged && this.#names.of(logged.slot, logged.server);
    if (name !== undefined)
      this.#counters.countLatency(name, logged?.latencyMs ?? 0, weight * (logged?.share ?? 1));
  }

  /** Begins after this call; those that ask meanwhile share the next one. */
  #read(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const before = this.#reading ?? Promise.resolve();
    const next = before.then(async () => {
      this.#next = undefined;
      this.#reading = next;
      await this.#readNow();
    });
    this.#next = next;
    return next;
  }

  async #readNow(): Promise<void> {
    try {
      const answers = await this.#deps.ask([...STATS_COMMANDS, ...MIRROR_COMMANDS]);
      const [info = '', stats = '', copies = '', drops = ''] = answers;
      const found = readProcess(info);
      if (found === undefined) return;
      const process = `${found.generation}/${found.pid}`;
      this.#mirrors.read(process, readMirrors(copies, drops));
      this.#counters.read({
        process,
        servers: readStats(stats),
        seriesOf: (slot, server) => this.#names.of(slot, server),
      });
    } catch {
      // HAProxy is not there yet, or no more: the service proxy sees to that.
      this.#failures += 1;
    }
  }
}
