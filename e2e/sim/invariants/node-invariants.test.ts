// Invariants of what nodes run and report, each with histories that keep it and histories that break it.
import test from 'ava';
import { BOUNDS } from './bounds.ts';
import { createEvictionsWithinRate } from './evictions-within-rate.ts';
import { createEventsInOrder } from './events-in-order.ts';
import { createConfirmedPodsHaveEnded } from './confirmed-pods-have-ended.ts';
import { createGonePodsEnd } from './gone-pods-end.ts';
import { createNodeNameStays } from './node-name-stays.ts';
import { createNodeWithinAllocatable } from './node-within-allocatable.ts';
import { createOneContainerAName } from './one-container-a-name.ts';
import { createPodStatusAdvances } from './pod-status-advances.ts';
import { createReadyMeansRunning } from './ready-means-running.ts';
import { createRestartPolicyKept } from './restart-policy-kept.ts';
import { createRunsWhereBound } from './runs-where-bound.ts';
import { SERVER, StagedWorld, uidFor } from './staged-world.ts';

const spec = (more: Record<string, unknown> = {}) => ({
  containers: [{ name: 'main', image: 'web:1' }],
  ...more,
});

test('a pod runs where it is bound, and nowhere else', (t) => {
  const world = new StagedWorld();
  const invariant = createRunsWhereBound();
  world.put('Pod', 'a', { spec: spec({ nodeName: 'n1' }) });
  world.run('n1', 'a');
  world.run('n2', 'stranger');
  t.is(world.shownTo(invariant), undefined);
  world.remove('Pod', 'a');
  t.is(world.shownTo(invariant), undefined, 'it may outlive its object for a while');
  const second = world.run('n2', 'a');
  t.is(world.shownTo(invariant), `Pod web/a (uid ${uidFor('Pod', 'a')}) runs on n2, but is bound to n1`);
  second.running = false;
  world.put('Pod', 'b', { spec: spec() });
  world.run('n1', 'b');
  t.regex(world.shownTo(invariant) ?? '', /b\) runs on n1, but is bound to no node/);
});

test('a binding stays', (t) => {
  const world = new StagedWorld();
  const invariant = createNodeNameStays();
  world.put('Pod', 'a', { spec: spec() });
  world.put('Pod', 'a', { spec: spec({ nodeName: 'n1' }) });
  world.put('Pod', 'a', { status: { phase: 'Running' } });
  t.is(world.shownTo(invariant), undefined);
  world.put('Pod', 'a', { spec: spec({ nodeName: 'n2' }) });
  t.is(world.shownTo(invariant), 'Pod web/a was bound to n1, and now to n2');
  world.put('Pod', 'b', { spec: spec() });
  world.mark('Pod', 'b');
  world.put('Pod', 'b', { spec: spec({ nodeName: 'n2' }) });
  t.is(world.shownTo(invariant), 'Pod web/b was bound to n2 while being deleted');
});

test('nodes of a zone lose their pods one after the other', (t) => {
  const world = new StagedWorld();
  const invariant = createEvictionsWithinRate();
  const taint = (name: string, key: string, effect = 'NoExecute', labels = {}): void => {
    const taints = [{ key: `node.kubernetes.io/${key}`, effect, timeAdded: world.nowText }];
    world.put('Node', name, { metadata: { labels }, spec: { taints } });
  };
  taint('n1', 'unreachable');
  taint('n2', 'unreachable', 'NoSchedule');
  taint('n3', 'not-ready', 'NoExecute', { 'topology.kubernetes.io/zone': 'b' });
  world.later(3_000);
  taint('n1', 'not-ready');
  t.is(world.shownTo(invariant), undefined, 'one of each zone; and a taint in place of the other');
  world.later(7_000);
  taint('n2', 'unreachable');
  t.is(world.shownTo(invariant), undefined);
  world.put('Node', 'n2', { spec: {} });
  world.later(9_000);
  taint('n4', 'not-ready');
  t.is(world.shownTo(invariant), 'Node n4 was condemned 9000 ms after n2');
});

test('what is gone stops, once its node can know', (t) => {
  const world = new StagedWorld();
  const invariant = createGonePodsEnd({ stopMs: 10_000 });
  world.put('Pod', 'a', { spec: spec({ nodeName: 'n1' }) });
  world.run('n1', 'a');
  t.is(world.shownTo(invariant), undefined);
  world.mark('Pod', 'a', SERVER, 5);
  t.is(world.shownTo(invariant), undefined);
  t.is(world.later(15_000).shownTo(invariant), undefined, 'grace and bound are not over');
  world.node('n1').reachable = false;
  t.is(world.later(60_000).shownTo(invariant), undefined, 'cut off');
  world.node('n1').reachable = true;
  t.is(world.shownTo(invariant), undefined, 'just back');
  t.is(world.later(15_000).shownTo(invariant), undefined);
  t.is(
    world.later(1_000).shownTo(invariant),
    `Pod web/a (uid ${uidFor('Pod', 'a')}) is asked to go, but still runs on n1, 1000 ms after it had to be stopped`,
  );
  world.node('n1').containers.length = 0;
  world.remove('Pod', 'a');
  t.is(world.later(60_000).shownTo(invariant), undefined);
});

test('a node gives up a pod that has ended; only force is quicker', (t) => {
  const world = new StagedWorld();
  const invariant = createConfirmedPodsHaveEnded({ requestMs: 60_000 });
  for (const name of ['ended', 'forced', 'taken', 'running']) {
    world.put('Pod', name, { spec: spec({ nodeName: 'n1' }) });
    world.run('n1', name);
    world.mark('Pod', name, SERVER, 5);
  }
  t.is(world.shownTo(invariant), undefined);
  for (const container of world.node('n1').containers)
    if (container.podName === 'ended') container.running = false;
  world.request('delete', 'Pod', 'forced', true);
  world.remove('Pod', 'ended', SERVER);
  world.remove('Pod', 'forced', SERVER);
  world.remove('Pod', 'taken');
  t.is(world.shownTo(invariant), undefined);
  world.remove('Pod', 'running', SERVER);
  t.is(world.shownTo(invariant), 'Pod web/running was given up by n1, where its container main runs');
});

test('what nobody knows stops, and what is over; a node without its agent is excepted', (t) => {
  const world = new StagedWorld();
  const invariant = createGonePodsEnd({ stopMs: 10_000 });
  world.run('n1', 'stranger');
  const agent = { kind: 'agent' as const, node: 'n1', up: false, queued: 0, watches: 0, pendingTimers: 0 };
  world.processes.set('agent-n1', agent);
  t.is(world.shownTo(invariant), undefined);
  t.is(world.later(100_000).shownTo(invariant), undefined, 'its agent is down');
  world.processes.set('agent-n1', { ...agent, up: true });
  t.is(world.shownTo(invariant), undefined);
  t.regex(
    world.later(41_000).shownTo(invariant) ?? '',
    /^Pod web\/stranger .* is unknown to the API, but still runs on n1, 1000 ms/,
  );
  world.node('n1').containers.length = 0;
  world.put('Pod', 'done', { spec: spec({ nodeName: 'n1' }), status: { phase: 'Failed' } });
  world.node('n1').sandboxes.push({ id: 's', podUid: uidFor('Pod', 'done'), running: true });
  t.is(world.shownTo(invariant), undefined);
  t.regex(world.later(41_000).shownTo(invariant) ?? '', /is over, but still runs on n1/);
});

test('each container runs once, and each sandbox', (t) => {
  const world = new StagedWorld();
  const invariant = createOneContainerAName();
  const first = world.run('n1', 'a');
  world.run('n1', 'a', { name: 'side' });
  world.run('n1', 'b');
  first.running = false;
  world.run('n1', 'a', { attempt: 1 });
  t.is(world.shownTo(invariant), undefined);
  first.running = true;
  t.is(world.shownTo(invariant), `container main of Pod web/a (uid ${uidFor('Pod', 'a')}) runs twice on n1`);
  first.running = false;
  for (const id of ['s1', 's2']) world.node('n1').sandboxes.push({ id, podUid: 'u', running: true });
  t.is(world.shownTo(invariant), '2 sandboxes of pod u run on n1');
});

test('restart policies are kept', (t) => {
  const world = new StagedWorld();
  const invariant = createRestartPolicyKept();
  world.put('Pod', 'always', { spec: spec() });
  world.put('Pod', 'never', { spec: spec({ restartPolicy: 'Never' }) });
  world.put('Pod', 'failing', { spec: spec({ restartPolicy: 'OnFailure' }) });
  world.run('n1', 'always', { attempt: 4 });
  world.run('n1', 'never');
  world.run('n1', 'never', { name: 'init', kind: 'init', attempt: 1 });
  world.run('n1', 'failing', { running: false, exitCode: 1, finishedAtMs: world.nowMs });
  world.run('n1', 'failing', { attempt: 1, running: false, exitCode: 0, finishedAtMs: world.nowMs });
  t.is(world.shownTo(invariant), undefined);
  const again = world.run('n1', 'never', { attempt: 1 });
  t.is(
    world.shownTo(invariant),
    'container main of Pod web/never was started 2 times, but its restartPolicy is Never',
  );
  world.put('Pod', 'never', {
    spec: { containers: [{ name: 'main', image: 'web:2' }], restartPolicy: 'Never' },
  });
  t.is(world.shownTo(invariant), undefined, 'another image is another container');
  again.running = false;
  world.run('n1', 'failing', { attempt: 2 });
  t.is(
    world.shownTo(invariant),
    'container main of Pod web/failing was started again after attempt 1 had ended well, but its restartPolicy is OnFailure',
  );
});

test('a pod status only advances', (t) => {
  const containerStatuses = (restartCount: number, startedAt = '2026-01-01T00:00:03Z') => [
    { name: 'main', ready: true, restartCount, image: '', imageID: '', state: { running: { startedAt } } },
  ];
  const startTime = '2026-01-01T00:00:02Z';
  const begin = (): StagedWorld => {
    const world = new StagedWorld();
    world.put('Pod', 'a', { spec: spec(), status: { phase: 'Pending' } });
    world.put('Pod', 'a', {
      status: { phase: 'Running', startTime, containerStatuses: containerStatuses(1) },
    });
    return world;
  };
  t.is(begin().shownTo(createPodStatusAdvances(BOUNDS)), undefined);
  const table: [object, RegExp][] = [
    [
      { phase: 'Pending', startTime, containerStatuses: containerStatuses(1) },
      /from phase Running to Pending/,
    ],
    [
      { phase: 'Running', startTime, containerStatuses: containerStatuses(0) },
      /main was restarted 0 times, after 1/,
    ],
    [{ phase: 'Running', startTime }, /main was restarted no times, after 1/],
    [{ phase: 'Running', containerStatuses: containerStatuses(1) }, /changed its startTime from .* to none/],
    [
      { phase: 'Running', startTime, containerStatuses: containerStatuses(1, '2025-12-31T23:59:59Z') },
      /main started at 2025-12-31T23:59:59Z, before the pod was made/,
    ],
  ];
  for (const [status, sentence] of table) {
    const world = begin();
    world.put('Pod', 'a', { status });
    t.regex(world.shownTo(createPodStatusAdvances(BOUNDS)) ?? '', sentence);
  }
  const world = begin();
  const over = { startTime, containerStatuses: containerStatuses(1) };
  world.put('Pod', 'a', { status: { ...over, phase: 'Succeeded' } });
  world.put('Pod', 'a', { status: { ...over, phase: 'Failed' } });
  t.is(world.shownTo(createPodStatusAdvances(BOUNDS)), 'Pod web/a went from phase Succeeded to Failed');
});

test('who is reported ready was running', (t) => {
  const status = (id: string, ready = true) => ({
    containerStatuses: [
      { name: 'main', ready, restartCount: 0, image: '', imageID: '', containerID: `docker://${id}` },
    ],
  });
  const world = new StagedWorld();
  const invariant = createReadyMeansRunning({ reportMs: 3_000, frozenMs: 2_000 });
  world.put('Pod', 'a', { spec: spec({ nodeName: 'n1' }) });
  const container = world.run('n1', 'a', { id: 'c1' });
  world.put('Pod', 'a', { status: status('c1') });
  t.is(world.shownTo(invariant), undefined);
  container.running = false;
  container.finishedAtMs = world.nowMs;
  world.put('Pod', 'a', { status: status('c1', false) });
  world.later(4_000).put('Pod', 'a', { status: status('c1') });
  t.is(world.shownTo(invariant), undefined, 'a report that was under way');
  world.put('Pod', 'a', { status: status('c1', false) });
  world.later(2_000).put('Pod', 'a', { status: status('c1') });
  t.is(
    world.shownTo(invariant),
    'Pod web/a was reported ready, container main included, which had stopped 6000 ms before',
  );
  world.put('Pod', 'a', { status: status('c9') });
  t.regex(world.shownTo(invariant) ?? '', /main included, which never ran \(container docker:\/\/c9\)/);
  world.run('n2', 'a', { id: 'c2' });
  world.put('Pod', 'a', { status: status('c2') });
  t.regex(world.shownTo(invariant) ?? '', /which runs on n2, while the pod is bound to n1/);
});

test('no node is given more than it has', (t) => {
  const asking = (cpu: string, nodeName?: string) => ({
    spec: {
      containers: [{ name: 'main', resources: { requests: { cpu } } }],
      ...(nodeName === undefined ? {} : { nodeName }),
    },
  });
  const world = new StagedWorld();
  const invariant = createNodeWithinAllocatable({ staleMs: 5_000 });
  const bind = (name: string, cpu: string): void => {
    world.put('Pod', name, asking(cpu));
    world.put('Pod', name, asking(cpu, 'n1'));
  };
  world.put('Node', 'n1', { status: { allocatable: { cpu: '2', pods: '3' } } });
  bind('a', '1500m');
  bind('b', '500m');
  t.is(world.shownTo(invariant), undefined);
  world.put('Pod', 'b', { status: { phase: 'Succeeded' } });
  bind('c', '500m');
  t.is(world.shownTo(invariant), undefined, 'a pod that is over gives its room back');
  bind('d', '100m');
  t.is(
    world.shownTo(invariant),
    'Pod web/d was bound to n1, whose pods now ask for 2100 of cpu, of which it has 2000',
  );
  world.remove('Pod', 'd');
  bind('e', '0');
  t.is(world.shownTo(invariant), undefined);
  bind('f', '0');
  t.regex(world.shownTo(invariant) ?? '', /now ask for 4 of pods, of which it has 3/);
  world.remove('Pod', 'e');
  world.remove('Pod', 'f');
  world.put('Node', 'n1', { status: { allocatable: { cpu: '1', pods: '9' } } });
  bind('g', '0');
  t.is(world.shownTo(invariant), undefined, 'a node that shrank is not the doing of the scheduler');
});

test('Events tell what has happened, in its order', (t) => {
  const about = (reason: string, message = '', host = 'n1') => ({
    involvedObject: { kind: 'Pod', uid: uidFor('Pod', 'a'), fieldPath: 'spec.containers{main}' },
    ...{
      reason,
      message,
      count: 1,
      source: { component: reason === 'Scheduled' ? 'default-scheduler' : 'gantry-agent', host },
    },
    ...{ firstTimestamp: '2026-01-01T00:00:01Z', lastTimestamp: '2026-01-01T00:00:01Z' },
  });
  const begin = (): StagedWorld => {
    const world = new StagedWorld();
    world.put('Pod', 'a', { spec: spec() });
    world.put('Pod', 'a', { spec: spec({ nodeName: 'n1' }) });
    return world;
  };
  const world = begin();
  const invariant = createEventsInOrder();
  world.put('Event', 'e0', about('Scheduled', 'Successfully assigned web/a to n1'));
  world.run('n1', 'a');
  for (const reason of ['Pulled', 'Created', 'Started']) world.put('Event', reason, about(reason));
  world.put('Event', 'Started', { count: 2, lastTimestamp: '2026-01-01T00:00:09Z' });
  t.is(world.shownTo(invariant), undefined);
  world.put('Event', 'Pulling', about('Pulling'));
  t.is(
    world.shownTo(invariant),
    'Event web/Pulling says "Pulling" of container main, after "Started" had been told',
  );
  world.run('n1', 'a', { attempt: 1 });
  world.put('Event', 'again', about('Pulled'));
  t.is(world.shownTo(invariant), undefined, 'after a restart the stages come again');
  world.put('Event', 'Started', { count: 1 });
  t.is(world.shownTo(invariant), 'Event web/Started counted 2, and now 1');
  world.put('Event', 'Started', { count: 3, lastTimestamp: '2026-01-01T00:00:04Z' });
  t.regex(world.shownTo(invariant) ?? '', /went back in time/);
  world.put('Event', 'Started', { firstTimestamp: '2026-01-01T00:00:04Z' });
  t.regex(world.shownTo(invariant) ?? '', /changed the time at which it happened first/);
  const table: [object, RegExp][] = [
    [
      about('Scheduled', 'Successfully assigned web/a to n2'),
      /assigned web\/a to n2", but the pod is bound to n1/,
    ],
    [about('Pulled', '', 'n2'), /comes from n2, but the pod is bound to n1/],
    [about('Started'), /says that container main started, which never ran/],
  ];
  for (const [event, sentence] of table) {
    const other = begin();
    other.put('Event', 'e', { ...event });
    t.regex(other.shownTo(createEventsInOrder()) ?? '', sentence);
  }
});
