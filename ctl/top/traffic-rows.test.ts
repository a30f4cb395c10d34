// Two readings as a table: rates, shares, latencies; what took nothing is left out.
import test from 'ava';
import { addLatency, revisionTraffic, rowOf, type ServiceTraffic } from '@gantry/api/service-traffic';
import { alignColumns } from '../print/aligned.ts';
import { sessionsOf, TRAFFIC_HEAD, trafficRows } from './traffic-rows.ts';

function service(second: number, name: string, rows: Record<string, number[]>): ServiceTraffic {
  return {
    ...{ apiVersion: 'traffic.gantry.dev/v1alpha1', kind: 'ServiceTraffic' },
    metadata: { namespace: 'shop', name },
    timestamp: new Date(second * 1_000).toISOString(),
    revisions: Object.entries(rows).map(([revision, row]) => revisionTraffic(revision, row)),
  };
}

function answers(counts: { ok?: number; missing?: number; failed?: number }, latenciesMs: number[] = []) {
  const { ok = 0, missing = 0, failed = 0 } = counts;
  const sessions = ok + missing + failed;
  const row = rowOf({
    ...{ sessions, answers2xx: ok, answers4xx: missing, answers5xx: failed },
    ...{ bytesIn: sessions * 100, bytesOut: sessions * 1_948, retries: failed },
  });
  for (const ms of latenciesMs) addLatency(row, ms, 1);
  return row;
}

test('what lies between two readings, by revision', (t) => {
  const before = [service(0, 'web', { '': answers({ ok: 5 }), v1: answers({ ok: 100 }, [3, 3]) })];
  const after = [
    service(2, 'web', {
      '': answers({ ok: 5 }),
      v1: answers({ ok: 130, missing: 8, failed: 2 }, [3, 3, 5, 5, 900]),
      v2: answers({ ok: 1_000 }),
    }),
  ];
  t.is(
    alignColumns([TRAFFIC_HEAD, ...trafficRows(before, after)]),
    [
      'NAMESPACE   NAME   REVISION   REQ/S   OK%     4XX%    5XX%   P50     P99     RETRIES/S   BYTES/S',
      'shop        web    v1         20.0    75.00   20.00   5.00   4.3ms   985ms   1.0         40.0Ki',
      'shop        web    v2         500     100     0       0      -       -       0.0         1000Ki',
      '',
    ].join('\n'),
  );
  t.is(sessionsOf(after), 1_145);
});

test('connections have no answers; a share that is nearly all is not called all', (t) => {
  const before = [service(0, 'db', {}), service(0, 'web', {})];
  const after = [
    service(1, 'db', { '': rowOf({ sessions: 7, bytesOut: 3_000_000 }) }),
    service(1, 'web', { v1: answers({ ok: 99_999, failed: 1 }) }),
  ];
  t.deepEqual(
    trafficRows(before, after).map((row) => row.slice(2, 8)),
    [
      ['-', '7.0', '-', '-', '-', '-'],
      ['v1', '100000', '99.99', '0', '0.01', '-'],
    ],
  );
});

test('a control plane that began anew, or a Service that is new, makes no nonsense', (t) => {
  const before = [service(5, 'web', { v1: answers({ ok: 100 }) })];
  const after = [service(5, 'web', { v1: answers({ ok: 3 }) }), service(5, 'db', { v1: answers({ ok: 3 }) })];
  t.deepEqual(trafficRows(before, after), []);
});
