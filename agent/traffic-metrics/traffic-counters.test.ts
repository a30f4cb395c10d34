// Readings in, growing numbers out; lines of a log in, latencies out.
import test from 'ava';
import fc from 'fast-check';
import { bucketsOf, counterOf, latencyQuantile, rowOf } from '@gantry/api/service-traffic';
import { WHOLE_LINES_PER_SECOND, LineSampler } from './line-sampler.ts';
import { revisionOfPod } from './pod-revision.ts';
import { LOG_LINE_BYTES_MAX, readLogLine } from './read-log-line.ts';
import { readProcess, readStats } from './read-stats.ts';
import { renderTrafficMetrics } from './render-traffic-metrics.ts';
import { SERIES_MAX, TrafficCounters, type SeriesName } from './traffic-counters.ts';

const web = (revision: string): SeriesName => ({ service: 'shop/web', revision });
const reading = (process: string, sessions: Record<string, number>, series = web('v1')) => ({
  process,
  servers: Object.entries(sessions).map(([server, count]) => ({
    ...{ slot: 'http-0001', server },
    row: rowOf({ sessions: count }),
  })),
  seriesOf: (): SeriesName | undefined => series,
});
const sessionsOf = (counters: TrafficCounters, revision = 'v1'): number =>
  counters
    .series()
    .filter((series) => series.revision === revision)
    .reduce((sum, { row }) => sum + counterOf(row, 'sessions'), 0);

test('what a process that was found has counted before is not counted again; one that we start counts from its first', (t) => {
  const found = new TrafficCounters();
  found.read(reading('g/1', { a: 10 }));
  found.read(reading('g/1', { a: 12, b: 3 }));
  t.is(sessionsOf(found), 5);
  const started = new TrafficCounters();
  started.processStarts();
  started.read(reading('g/1', { a: 10 }));
  t.is(sessionsOf(started), 10);
});

test('a reload, a server that leaves and comes back, and a late answer of a process that ended', (t) => {
  const counters = new TrafficCounters();
  counters.processStarts();
  counters.read(reading('g/1', { a: 10 }));
  counters.read(reading('h/2', { a: 3 }));
  t.is(sessionsOf(counters), 13);
  counters.read(reading('g/1', { a: 11 }));
  t.is(sessionsOf(counters), 13);
  counters.read(reading('h/2', {}));
  counters.read(reading('h/2', { a: 4 }));
  t.is(sessionsOf(counters), 17);
  counters.read(reading('h/2', { a: 1 }));
  t.is(sessionsOf(counters), 18, 'it was taken away and put back between two readings');
});

test('a server whose Service is not known yet is counted once it is; a pod of another revision from then on', (t) => {
  const counters = new TrafficCounters();
  counters.processStarts();
  counters.read({ ...reading('g/1', { a: 10 }), seriesOf: () => undefined });
  counters.read(reading('g/1', { a: 11 }));
  t.is(sessionsOf(counters), 11);
  counters.read(reading('g/1', { a: 15 }, web('v2')));
  t.deepEqual([sessionsOf(counters), sessionsOf(counters, 'v2')], [11, 4]);
});

test('whatever happens between readings, numbers only grow and never exceed what was sent', (t) => {
  const step = fc.record({
    server: fc.constantFrom('a', 'b', 'c'),
    count: fc.nat(20),
    then: fc.constantFrom('nothing', 'read', 'read', 'reload', 'remove', 'repeat'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const counters = new TrafficCounters();
      counters.processStarts();
      let [process, sent, before] = [1, 0, 0];
      let live: Record<string, number> = {};
      let lossless = 0;
      for (const { server, count, then } of steps) {
        live[server] = (live[server] ?? 0) + count;
        sent += count;
        if (then === 'read' || then === 'repeat') lossless = sent;
        if (then === 'read') counters.read(reading(String(process), live));
        if (then === 'repeat')
          for (const _twice of [1, 2]) counters.read(reading(String(process), { ...live }));
        if (then === 'reload' || then === 'remove') {
          // As the service proxy does: a reading, then the change.
          counters.read(reading(String(process), live));
          lossless = sent;
          if (then === 'reload') [process, live] = [process + 1, {}];
          else live = Object.fromEntries(Object.entries(live).filter(([id]) => id !== server));
          if (then === 'remove') counters.read(reading(String(process), live));
        }
        const now = sessionsOf(counters);
        t.true(now >= before && now <= sent && now === lossless);
        before = now;
      }
    }),
    { numRuns: 200 },
  );
});

test('more series than there may be are not counted, and said so', (t) => {
  const counters = new TrafficCounters();
  for (let at = 0; at < SERIES_MAX + 3; at += 1) counters.countLatency(web(`r${at}`), 5, 1);
  t.is(counters.series().length, SERIES_MAX);
  t.is(counters.surplus, 3);
});

test('log lines: what they tell, and nothing else', (t) => {
  const latency = (line: string): number | undefined => readLogLine(line)?.latencyMs;
  t.deepEqual(readLogLine('h http-0001 s-10_244_0_5-8080 200 17 -'), {
    ...{ slot: 'http-0001', server: 's-10_244_0_5-8080', latencyMs: 17, share: 1 },
  });
  t.is(readLogLine('h http-0001 s-10_244_0_5-8080 200 17 32')?.share, 32);
  t.is(readLogLine('h http-0001 s-10_244_0_5-8080 200 17')?.share, 1, 'of an older configuration');
  t.is(latency('t tcp-x0001 s-10_244_0_5-5432 0 1 -'), 1);
  t.is(latency('t tcp-0001 s-10_244_0_5-5432 0 -1 -'), undefined, 'no connection was made');
  t.is(latency('h http-0001 s-10_244_0_5-8080 -1 17 -'), undefined, 'the client left before an answer');
  t.is(latency('h http-0001 s-10_244_0_5-8080 101 3600000 -'), undefined, 'upgraded');
  t.is(latency('h http-no-endpoint <NOSRV> 503 0'), undefined);
  t.is(latency('h http-0001 s-10_244_0_5-8080 200 9999999999 -'), undefined);
});

test('no log line makes the reader throw, and none gives nonsense', (t) => {
  const words = fc.oneof(
    fc.constantFrom('h', 't', 'http-0001', 's-10_244_0_5-8080', '200', '-1', '1e9', '', '\u0000', '%s'),
    fc.string({ unit: 'binary' }),
    fc.integer().map(String),
  );
  const lines = fc.oneof(
    fc.array(words, { maxLength: 7 }).map((parts) => parts.join(' ')),
    fc.string({ unit: 'binary', maxLength: LOG_LINE_BYTES_MAX * 2 }),
  );
  fc.assert(
    fc.property(lines, (line) => {
      const read = readLogLine(line);
      t.true(read === undefined || (Number.isSafeInteger(read.latencyMs) && read.latencyMs >= 0));
      t.true(
        Array.isArray(readStats(line)) &&
          readStats(`# pxname,svname\n${line}`).length <= line.split('\n').length,
      );
      readProcess(line);
    }),
    { numRuns: 500 },
  );
});

test('a flood of lines is sampled, and what is passed over is accounted for', (t) => {
  const sampler = new LineSampler();
  const weights = (count: number, nowMs: number): number[] =>
    Array.from({ length: count }, () => sampler.weigh(nowMs));
  const sum = (of: number[]): number => of.reduce((total, one) => total + one, 0);
  t.is(sum(weights(WHOLE_LINES_PER_SECOND, 0)), WHOLE_LINES_PER_SECOND);
  const flood = weights(100_000, 1_000);
  t.is(sum(flood), 100_000);
  t.true(flood.filter((weight) => weight > 0).length < 5_000);
  t.is(sum(weights(10, 2_000)), 10);
});

test('statistics are read by the names of their columns', (t) => {
  const text = '# pxname,svname,stot,hrsp_2xx,hrsp_5xx,econ,bin,-\nhttp-0001,s-1,7,5,2,,340,x,\n\nnonsense\n';
  t.deepEqual(readStats(text), [
    {
      ...{ slot: 'http-0001', server: 's-1' },
      row: rowOf({ sessions: 7, answers2xx: 5, answers5xx: 2, bytesIn: 340 }),
    },
  ]);
  t.deepEqual(readProcess('Name: HAProxy\nPid: 41\ndescription: g-1\n'), { generation: 'g-1', pid: '41' });
  t.is(readProcess('Unknown command'), undefined);
});

test('the revision of a pod by its name', (t) => {
  t.is(revisionOfPod('web-7bcd2fg-x2b4k'), '7bcd2fg');
  t.is(revisionOfPod('my-web-5d4f8c9bd6-x2b4k'), '5d4f8c9bd6');
  for (const name of ['db-0', 'web-x2b4k', 'shop-web-x2b4k', 'job-7bcd2fg', '', 'web-7bcd2fg-x2b4k-1'])
    t.is(revisionOfPod(name), '', name);
});

test('quantiles, and the same as Prometheus reads it', (t) => {
  const counters = new TrafficCounters();
  for (const ms of [1, 3, 4, 15, 70_000]) counters.countLatency(web('v1'), ms, 1);
  const [series] = counters.series();
  const buckets = bucketsOf(series?.row ?? []);
  t.is(latencyQuantile(buckets, 0.5), 4.25);
  t.is(latencyQuantile(buckets, 1), 60_000);
  t.is(latencyQuantile([], 0.5), undefined);
  const text = renderTrafficMetrics(counters.series(), { surplus: 0, failures: 0 });
  const labels = 'namespace="shop",service="web",revision="v1"';
  t.true(text.includes(`gantry_service_latency_seconds_bucket{${labels},le="0.005"} 3\n`));
  t.true(text.includes(`gantry_service_latency_seconds_bucket{${labels},le="+Inf"} 5\n`));
  t.true(text.includes(`gantry_service_latency_seconds_count{${labels}} 5\n`));
  t.true(text.endsWith('\n'));
});
