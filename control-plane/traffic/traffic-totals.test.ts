// Reports in any order, twice and not at all: what they add up to.
import test from 'ava';
import fc from 'fast-check';
import {
  counterOf,
  readTrafficReport,
  ROW_LENGTH,
  rowOf,
  type TrafficReport,
} from '@gantry/api/service-traffic';
import { TRAFFIC_LIMITS, TrafficTotals } from './traffic-totals.ts';

const WEB = 'shop/web';
const all = (): boolean => true;
const report = (incarnation: string, sessions: number, revision = 'v1'): TrafficReport => ({
  incarnation,
  series: [{ service: WEB, revision, row: rowOf({ sessions }) }],
});
const sessions = (totals: TrafficTotals, revision = 'v1'): number =>
  counterOf(totals.sums().get(WEB)?.get(revision) ?? [], 'sessions');

test('a repeated or late report adds nothing; another node, incarnation or revision does', (t) => {
  const totals = new TrafficTotals();
  for (const count of [5, 9, 9, 7]) totals.merge('n1', report('a', count), all);
  t.is(sessions(totals), 9);
  totals.merge('n2', report('a', 3), all);
  totals.merge('n1', report('b', 2), all);
  t.is(sessions(totals), 14);
  totals.merge('n1', report('b', 4, 'v2'), all);
  t.deepEqual([sessions(totals), sessions(totals, 'v2')], [14, 4]);
});

const sent = fc.record({
  node: fc.constantFrom('n1', 'n2', 'n3'),
  incarnation: fc.nat(9),
  sessions: fc.nat(100),
});

test('in any order, with any repetition and loss: the newest of each incarnation, added up, and never more', (t) => {
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 60 }), (reports) => {
      const totals = new TrafficTotals({ ...TRAFFIC_LIMITS, incarnationsMax: 10 });
      const newest = new Map<string, number>();
      for (const one of reports) {
        totals.merge(one.node, report(String(one.incarnation), one.sessions), all);
        const key = `${one.node} ${one.incarnation}`;
        newest.set(key, Math.max(newest.get(key) ?? 0, one.sessions));
      }
      t.is(
        sessions(totals),
        [...newest.values()].reduce((sum, count) => sum + count, 0),
      );
    }),
    { numRuns: 200 },
  );
});

test('where incarnations and nodes are folded in, sums neither fall nor exceed, and are whole when agents follow one another', (t) => {
  const limits = { ...TRAFFIC_LIMITS, incarnationsMax: 2, nodesMax: 2 };
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 60 }), fc.boolean(), (reports, inOrder) => {
      const totals = new TrafficTotals(limits);
      const newest = new Map<string, number>();
      let before = 0;
      const ordered = reports.toSorted(
        (a, b) => (a.node < b.node ? -1 : a.node > b.node ? 1 : 0) || a.incarnation - b.incarnation,
      );
      for (const one of inOrder ? ordered : reports) {
        totals.merge(one.node, report(String(one.incarnation), one.sessions), all);
        const key = `${one.node} ${one.incarnation}`;
        newest.set(key, Math.max(newest.get(key) ?? 0, one.sessions));
        const most = [...newest.values()].reduce((sum, count) => sum + count, 0);
        const now = sessions(totals);
        t.true(now >= before && now <= most);
        if (inOrder) t.is(now, most);
        before = now;
      }
    }),
    { numRuns: 200 },
  );
});

test('Services that are no more are forgotten; too many rows are left out and counted', (t) => {
  const totals = new TrafficTotals({ ...TRAFFIC_LIMITS, rowsMax: 2 });
  for (const revision of ['v1', 'v2', 'v3', 'v3']) totals.merge('n1', report('a', 1, revision), all);
  t.is(totals.surplus, 2);
  totals.merge('n1', report('a', 8), () => false);
  t.is(sessions(totals), 1);
  totals.retain(() => false);
  t.is(totals.sums().size, 0);
  totals.merge('n1', report('a', 6, 'v3'), all);
  t.is(sessions(totals, 'v3'), 6);
});

test('what a node sends is checked', (t) => {
  const [good] = report('a', 1).series;
  const bad = [
    null,
    { ...good, row: [1] },
    { ...good, row: new Array<number>(ROW_LENGTH).fill(-1) },
    { ...good, row: new Array<unknown>(ROW_LENGTH).fill('1') },
    { ...good, revision: 'a"b' },
    { ...good, service: 7 },
  ];
  t.deepEqual(readTrafficReport({ incarnation: 'a', series: [good, ...bad] })?.series, [good]);
  for (const none of [null, undefined, 7, {}, { incarnation: '', series: [] }, { incarnation: 'a' }])
    t.is(readTrafficReport(none), undefined);
});
