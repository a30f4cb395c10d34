// Invariants of Services, each with worlds that keep it and worlds that break it.
import test from 'ava';
import { PROXY_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { TRAFFIC_ANNOTATION } from '@gantry/api/traffic-mark';
import { createAddressesUnique } from './addresses-unique.ts';
import { BOUNDS } from './bounds.ts';
import { createEndpointsFollowPods, createReadyEndpointMeansReadyPod } from './endpoints-follow-pods.ts';
import { createQuietWhenSettled } from './quiet-when-settled.ts';
import { ownedBy, StagedWorld, uidFor, type Draft } from './staged-world.ts';
import { createWithdrawnBeforeStopped } from './withdrawn-before-stopped.ts';

const service = (clusterIP: string, nodePort = 0): Draft => ({
  spec: { clusterIP, ports: [{ port: 80, nodePort }] },
});
const READY = { phase: 'Running', podIP: '10.1.0.1', conditions: [{ type: 'Ready', status: 'True' }] };
const NOT_READY = { ...READY, conditions: [{ type: 'Ready', status: 'False' }] };
const labels = { app: 'web' };

function withSlice(world: StagedWorld, pod: string | undefined, ready = true): void {
  const uid = pod === undefined ? '' : (world.find('Pod', pod)?.metadata.uid ?? '');
  const endpoints =
    pod === undefined ? [] : [{ addresses: ['10.1.0.1'], conditions: { ready }, targetRef: { uid } }];
  world.put('EndpointSlice', 'web-1', {
    metadata: ownedBy('Service', 'web'),
    addressType: 'IPv4',
    endpoints,
  });
}

test('no address is given twice', (t) => {
  const world = new StagedWorld();
  const invariant = createAddressesUnique();
  world.put('Service', 'a', service('10.96.0.9', 30_001));
  world.put('Service', 'b', service('None'));
  world.put('Service', 'c', service('None'));
  t.is(world.shownTo(invariant), undefined);
  world.put('Service', 'd', service('10.96.0.9'));
  t.regex(
    world.shownTo(invariant) ?? '',
    /Service web\/a and Service web\/d both have the address 10\.96\.0\.9/,
  );
  world.remove('Service', 'd');
  world.put('Service', 'e', service('10.96.0.8', 30_001));
  t.regex(world.shownTo(invariant) ?? '', /both have the node port 30001/);
});

test('a node keeps its range, alone', (t) => {
  const world = new StagedWorld();
  const invariant = createAddressesUnique();
  world.put('Node', 'n1', { spec: { podCIDR: '10.244.0.0/24' } });
  world.put('Node', 'n2', { spec: {} });
  t.is(world.shownTo(invariant), undefined);
  world.put('Node', 'n2', { spec: { podCIDR: '10.244.0.0/24' } });
  t.regex(world.shownTo(invariant) ?? '', /both have the range 10\.244\.0\.0\/24/);
  world.remove('Node', 'n1');
  world.put('Node', 'n2', { spec: { podCIDR: '10.244.1.0/24' } });
  t.regex(world.shownTo(invariant) ?? '', /had the range 10\.244\.0\.0\/24, and now 10\.244\.1\.0\/24/);
});

test('in a calm world endpoints are the ready pods', (t) => {
  const rows: [object, boolean | undefined, RegExp | undefined][] = [
    [READY, true, undefined],
    [NOT_READY, false, undefined],
    [NOT_READY, undefined, undefined],
    [READY, undefined, /has 0 ready endpoints, 1 of its pods are ready/],
    [READY, false, /has 0 ready endpoints, 1 of its pods are ready/],
    [NOT_READY, true, /has 1 ready endpoints, 0 of its pods are ready/],
  ];
  for (const [status, ready, expected] of rows) {
    const world = new StagedWorld();
    const invariant = createEndpointsFollowPods(BOUNDS);
    world.put('Service', 'web', { spec: { selector: labels } });
    world.put('Pod', 'p', { metadata: { labels }, status });
    withSlice(world, ready === undefined ? undefined : 'p', ready ?? true);
    world.calmSinceMs = world.nowMs;
    t.is(world.shownTo(invariant), undefined, 'not before it is calm');
    const found = world.later(BOUNDS.settleMs).shownTo(invariant);
    if (expected === undefined) t.is(found, undefined);
    else t.regex(found ?? '', expected);
  }
});

test('no endpoint becomes ready long after its pod was', (t) => {
  const start = (): { world: StagedWorld; shown: () => string | undefined } => {
    const world = new StagedWorld();
    const invariant = createReadyEndpointMeansReadyPod(BOUNDS);
    world.put('Service', 'web', { spec: { selector: labels } });
    world.put('Pod', 'p', { metadata: { labels }, status: NOT_READY });
    return { world, shown: () => world.shownTo(invariant) };
  };
  const never = start();
  t.is(never.shown(), undefined);
  withSlice(never.world, 'p');
  t.regex(never.shown() ?? '', /tells of a ready pod .* that never was/);
  const soon = start();
  soon.world.put('Pod', 'p', { status: READY });
  t.is(soon.shown(), undefined);
  soon.world.put('Pod', 'p', { status: NOT_READY });
  soon.world.later(BOUNDS.staleMs);
  withSlice(soon.world, 'p');
  t.is(soon.shown(), undefined);
  const late = start();
  late.world.put('Pod', 'p', { status: READY });
  t.is(late.shown(), undefined);
  late.world.put('Pod', 'p', { status: NOT_READY });
  late.world.later(BOUNDS.staleMs + BOUNDS.frozenMs + 1_000);
  withSlice(late.world, 'p');
  t.regex(late.shown() ?? '', /tells of pod .* as ready, which had not been for/);
});

const marked = (value: string, more: object = {}): Draft => ({
  metadata: { annotations: { [TRAFFIC_ANNOTATION]: value }, ...more },
});

/** A node with a proxy that leads to the pod `p`. */
function leading(): { world: StagedWorld; shown: () => string | undefined } {
  const world = new StagedWorld();
  const invariant = createWithdrawnBeforeStopped();
  world.put('Node', 'n1', { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  world.put('Lease', 'n1', { metadata: { annotations: { [PROXY_REVISION_ANNOTATION]: '1' } } });
  world.put('Pod', 'p', marked('published'));
  world.node('n1').leadsTo = new Set([uidFor('Pod', 'p')]);
  return { world, shown: () => world.shownTo(invariant) };
}

const uses: ['leadsTo' | 'busy', RegExp][] = [
  ['leadsTo', /said to be withdrawn, but n1 still leads to it/],
  ['busy', /said to be withdrawn, but requests of n1 are under way to it/],
];
test('a proxy that uses a pod which is said to be withdrawn breaks it, unless its node is away', (t) => {
  for (const [isAway, [use, words]] of [false, true].flatMap((away) =>
    uses.map((each) => [away, each] as const),
  )) {
    const { world, shown } = leading();
    t.is(shown(), undefined);
    world.later(1_000).mark('Pod', 'p');
    world.put('Pod', 'p', marked('withdrawing:9'));
    world.node('n1').leadsTo = new Set();
    world.node('n1')[use] = new Set([uidFor('Pod', 'p')]);
    t.is(shown(), undefined);
    const status = { conditions: [{ type: 'Ready', status: isAway ? 'Unknown' : 'True' }] };
    world.put('Node', 'n1', { status });
    world.later(1_000).put('Pod', 'p', marked('withdrawn'));
    if (isAway) t.is(shown(), undefined);
    else t.regex(shown() ?? '', words);
  }
});

test('a proxy leads to no pod without a mark', (t) => {
  const { world, shown } = leading();
  world.put('Pod', 'p', { metadata: { annotations: {} } });
  t.regex(shown() ?? '', /which has no mark/);
});

test('a pod is told to stop once its traffic has ended, or after a long wait', (t) => {
  const rows: [string, number, number, RegExp | undefined][] = [
    ['published', 100, 30, /was told to stop 100 ms after/],
    ['withdrawing:9', 5_000, 30, /was told to stop 5000 ms after/],
    ['withdrawing:9', 10_000, 30, undefined],
    ['withdrawn', 100, 30, undefined],
    ['published', 100, 0, undefined],
  ];
  for (const [mark, afterMs, graceSeconds, expected] of rows) {
    const { world, shown } = leading();
    world.node('n1').leadsTo = new Set();
    world.mark('Pod', 'p', undefined, graceSeconds);
    world.put('Pod', 'p', marked(mark));
    t.is(shown(), undefined);
    world.later(afterMs);
    world.run('n1', 'p', { toldToStopAtMs: world.nowMs });
    if (expected === undefined) t.is(shown(), undefined);
    else t.regex(shown() ?? '', expected);
  }
});

test('slices may change only as long as their pods do', (t) => {
  const shown = (restartCount: number): string | undefined => {
    const world = new StagedWorld();
    const invariant = createQuietWhenSettled(BOUNDS);
    world.put('Service', 'web', { spec: { selector: labels } });
    const containerStatuses = [{ name: 'app', restartCount, ready: true }];
    world.put('Pod', 'p', {
      metadata: { labels },
      spec: { nodeName: 'n1' },
      status: { ...READY, containerStatuses },
    });
    world.calmSinceMs = world.nowMs;
    t.is(world.shownTo(invariant), undefined);
    world.later(BOUNDS.settleMs);
    withSlice(world, 'p');
    return world.shownTo(invariant);
  };
  t.regex(shown(0) ?? '', /^EndpointSlice web\/web-1 was created/);
  t.is(shown(3), undefined);
});
