// Figures are reckoned once for all who ask for the same, only while somebody does, and only for who may see them.
import test from 'ava';
import { rowOf, addLatency, type TrafficRow } from '@gantry/api/service-traffic';
import type { Service } from '@gantry/api/kinds/service';
import { startTestDashboard } from '../../dashboard/test-dashboard.ts';
import type { TrafficSource } from '../traffic-source.ts';
import type { UsageSource } from '../usage-source.ts';
import { openLive } from './test-live.ts';
import { momentOf, ratesBetween } from './traffic-rates.ts';

function row(answers2xx: number, answers5xx: number, latencyMs: number): TrafficRow {
  const made = rowOf({ answers2xx, answers5xx, sessions: answers2xx + answers5xx });
  addLatency(made, latencyMs, answers2xx + answers5xx);
  return made;
}

const service = (name: string, appProtocol: string): Service =>
  ({
    metadata: { namespace: 'default', name },
    spec: { ports: [{ port: 80, appProtocol }] },
  }) as unknown as Service;

test('rates are what lies between two readings; what took nothing is not named', (t) => {
  const services = [service('web', 'http'), service('idle', 'http')];
  const idle = new Map([['', row(5, 0, 1)]]);
  const at = (rows: [string, TrafficRow][], atMs: number) =>
    momentOf(
      services,
      new Map([
        ['default/web', new Map(rows)],
        ['default/idle', idle],
        ['default/gone', idle],
      ]),
      atMs,
    );
  const before = at([['old', row(100, 0, 5)]], 10_000);
  const after = at(
    [
      ['old', row(100, 0, 5)],
      ['new', row(18, 2, 40)],
    ],
    12_000,
  );
  t.deepEqual(ratesBetween(before, after), {
    at: '1970-01-01T00:00:12.000Z',
    services: [
      {
        namespace: 'default',
        name: 'web',
        revisions: [
          { hash: 'new', requestsPerSecond: 10, errorsPerSecond: 1, p50Ms: 35, p95Ms: 48.5, p99Ms: 49.7 },
        ],
      },
    ],
  });
  // A replica that began anew tells less than before: nothing, rather than something negative.
  t.deepEqual(ratesBetween(after, before).services, []);
});

test('two pages share a reading, it stops with the last, and who may not see it is refused', async (t) => {
  let readings = 0;
  const usage: UsageSource = {
    nodes: () => {
      readings += 1;
      return Promise.resolve([{ node: 'a', cpuMilli: 250, memoryBytes: 1024, atMs: 0, windowMs: 1 }]);
    },
    pods: (namespace) => {
      const containers = [1, 2].map((at) => ({ name: `c${at}`, cpuMilli: 10, memoryBytes: 100 }));
      return Promise.resolve([{ namespace: namespace || 'x', name: 'p', atMs: 0, windowMs: 1, containers }]);
    },
  };
  let asked = 0;
  const traffic: TrafficSource = {
    sums: () => {
      asked += 1;
      const rows = new Map([['h', row(100 * asked, 0, 5)]]);
      return Promise.resolve({ sums: new Map([['default/kubernetes', rows]]), atMs: Date.now() });
    },
    nodeMetrics: () => Promise.resolve(''),
    surplus: () => 0,
  };
  const dashboard = await startTestDashboard({ parts: { usage, traffic } });
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const as = async (...groups: string[]) => openLive(url, { headers: await dashboard.page('u', ...groups) });
  const [one, two, nobody] = [await as('gantry:viewers'), await as('system:masters'), await as('team')];
  nobody.open(1, '/gantry/v1/live/usage');
  nobody.open(2, '/gantry/v1/live/traffic');
  t.deepEqual(await nobody.take(2), ['1 ERROR -', '2 ERROR -']);
  t.is(readings, 0);
  one.open(1, '/gantry/v1/live/usage?namespace=default');
  two.open(9, '/gantry/v1/live/usage?namespace=default');
  const lines = [await one.next(), await two.next()];
  t.is(lines[0]?.text, lines[1]?.text);
  t.like(lines[0]?.object, {
    nodes: [{ name: 'a', cpuMilli: 250, memoryBytes: 1024 }],
    pods: [{ namespace: 'default', name: 'p', cpuMilli: 20, memoryBytes: 200 }],
  });
  t.is(readings, 1);
  one.close(1);
  two.socket.terminate();
  one.open(2, '/gantry/v1/live/traffic');
  t.like(await one.next(), { id: 2, type: 'TRAFFIC' });
  t.is(asked, 2);
  one.socket.terminate();
  await new Promise((resolve) => setTimeout(resolve, 2_300));
  t.deepEqual([readings, asked], [1, 2]);
  nobody.socket.terminate();
});
