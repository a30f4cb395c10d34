// What a node remembers, with a clock that is hours wrong: stamps agree with the control plane's, also those from before
// the first answer.
import test from 'ava';
import type { Transport } from '@gantry/api/client';
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';
import { CLOCK_HEADER } from '@gantry/api/timeline/clock-header';
import { readNodeReport } from '@gantry/api/timeline/node-report';
import { HybridClock } from '@gantry/kit/hybrid-clock';
import { formatHybrid, parseHybrid } from '@gantry/kit/hybrid-time';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createNodeTimeline, RECORDS_MAX, type NodeNote } from './node-timeline.ts';
import { statusNotes } from './status-notes.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;

const podOf = (name: string, revision: string, containers: object[] = [{ name: 'app', image: 'i' }]): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: revision },
    spec: { containers },
  }) as Pod;
const started: NodeNote = { type: 'container', severity: 'Normal', reason: 'Started', what: 'Started container app' };

function bench(wrongMs: number) {
  const truth = new VirtualClock(START_MS);
  const plane = new HybridClock(truth, 'control-plane');
  const clock = { ...truth, nowMs: () => truth.nowMs() + wrongMs, schedule: truth.schedule.bind(truth) };
  const timeline = createNodeTimeline({
    ...{ clock, nodeName: 'n1' },
    ids: { uid: () => 'incarnation', suffix: () => '' },
  });
  const server: Transport = (request) => {
    const heard = parseHybrid(request.headers?.[CLOCK_HEADER] ?? '');
    if (heard !== undefined) plane.receive(heard);
    const headers = { [CLOCK_HEADER]: formatHybrid(plane.now()) };
    return Promise.resolve({ status: 200, headers, body: (async function* () {})() });
  };
  const ask = () => timeline.exchanging(server)({ method: 'GET', path: '/' });
  const wallsOf = () =>
    timeline.report({}).records.map(({ at }) => (parseHybrid(at)?.wallMs ?? 0) - START_MS);
  return { truth, timeline, ask, wallsOf };
}

for (const wrongMs of [-2 * HOUR_MS, 2 * HOUR_MS]) {
  test(`a clock that is ${wrongMs / HOUR_MS} hours off tells the control plane's time`, async (t) => {
    const { truth, timeline, ask, wallsOf } = bench(wrongMs);
    timeline.note(podOf('a', '5'), started);
    await ask();
    truth.advance(1_000);
    timeline.note(podOf('a', '6'), started);
    t.deepEqual(wallsOf(), [0, 1_000]);
    t.is(timeline.report({}).skewMs, wrongMs);
    t.deepEqual(
      timeline.report({}).records.map(({ seen, seq }) => [seen, seq]),
      [
        [5, 1],
        [6, 2],
      ],
    );
    const report = timeline.report({});
    t.deepEqual(readNodeReport(JSON.parse(JSON.stringify(report))), report);
  });
}

test('what was stamped by a clock that was right is not moved when the clock is set wrong later', async (t) => {
  const truth = new VirtualClock(START_MS);
  let wrongMs = 0;
  const plane = new HybridClock(truth, 'control-plane');
  const timeline = createNodeTimeline({
    clock: { nowMs: () => truth.nowMs() + wrongMs, schedule: truth.schedule.bind(truth) },
    nodeName: 'n1',
    ids: { uid: () => 'i', suffix: () => '' },
  });
  const ask = () =>
    timeline.exchanging(() =>
      Promise.resolve({
        ...{ status: 200, headers: { [CLOCK_HEADER]: formatHybrid(plane.now()) } },
        body: (async function* () {})(),
      }),
    )({ method: 'GET', path: '/' });
  timeline.note(podOf('a', '1'), started);
  await ask();
  wrongMs = 2 * HOUR_MS;
  truth.advance(100);
  timeline.note(podOf('a', '1'), started);
  await ask();
  const walls = timeline.report({}).records.map(({ at }) => (parseHybrid(at)?.wallMs ?? 0) - START_MS);
  t.deepEqual(walls, [0, 100]);
});

test('by namespace and uid; the oldest go first', (t) => {
  const { timeline } = bench(0);
  timeline.note(podOf('a', '1'), started);
  timeline.note(podOf('b', '1'), { ...started, what: 'x'.repeat(5_000) });
  t.is(timeline.report({ namespace: 'other' }).records.length, 0);
  t.deepEqual(
    timeline.report({ namespace: 'shop', uids: ['uid-b'] }).records.map(({ what }) => what.length),
    [1_024],
  );
  for (let index = 0; index < 2 * RECORDS_MAX; index += 1) timeline.note(podOf('c', '1'), started);
  const { records } = timeline.report({});
  t.true(records.length <= RECORDS_MAX);
  t.is(records.at(-1)?.seq, 2 * RECORDS_MAX + 2);
});

test('what is no report is not read as one', (t) => {
  t.is(readNodeReport(null), undefined);
  t.is(readNodeReport({ incarnation: 'i', now: 'x', skewMs: 0, records: [] }), undefined);
  const good = bench(0).timeline.report({});
  t.deepEqual(readNodeReport({ ...good, records: [{ seq: 1 }, 7] })?.records, []);
});

const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const one = (more: object): PodStatus =>
  ({ containerStatuses: [{ name: 'app', image: 'i', containerID: 'c1', ready: false, ...more }] }) as PodStatus;
const probed = [{ name: 'app', image: 'i', readinessProbe: {}, startupProbe: {} }];
const ended = (exitCode: number, more: object = {}) => ({
  terminated: { exitCode, containerID: 'c1', finishedAt: 'f', ...more },
});

const ROWS: [string, object[], PodStatus, PodStatus, string[]][] = [
  ['a start is told by its Event', [{ name: 'app' }], {}, one({ state: running, ready: true }), []],
  [
    'an end, with exit code and cause',
    [{ name: 'app' }],
    one({ state: running }),
    one({ state: ended(137, { reason: 'OOMKilled' }) }),
    ['Warning container OOMKilled: container app ended with exit code 137 (OOMKilled)'],
  ],
  [
    'an end that is seen when it runs again',
    [{ name: 'app' }],
    one({ state: running }),
    one({ state: running, containerID: 'c2', lastState: ended(0) }),
    ['Normal container Completed: container app ended with exit code 0 (Completed)'],
  ],
  [
    'the same end once',
    [{ name: 'app' }],
    one({ state: ended(1) }),
    one({ state: { waiting: {} }, lastState: ended(1) }),
    [],
  ],
  [
    'verdicts that change',
    probed,
    one({ state: running, started: false }),
    one({ state: running, started: true, ready: true }),
    [
      'Normal probe StartupSucceeded: container app has started up: its startup probe succeeded',
      'Normal probe ReadinessSucceeded: container app is ready: its readiness probe succeeded',
    ],
  ],
  [
    'ready no more',
    probed,
    one({ state: running, started: true, ready: true }),
    one({ state: running, started: true }),
    ['Warning probe ReadinessFailed: container app is not ready: its readiness probe failed'],
  ],
  [
    'the same verdict again',
    probed,
    one({ state: running, started: true, ready: true }),
    one({ state: running, started: true, ready: true, restartCount: 1 }),
    [],
  ],
];

for (const [title, containers, before, after, told] of ROWS) {
  test(`status: ${title}`, (t) => {
    const notes = statusNotes(podOf('a', '1', containers), before, after);
    t.deepEqual(
      notes.map(({ severity, type, reason, what }) => `${severity} ${type} ${reason}: ${what}`),
      told,
    );
  });
}
