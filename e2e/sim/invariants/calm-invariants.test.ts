// Invariants of a world that is left alone, each with worlds that keep it and worlds that break it.
import test from 'ava';
import { BOUNDS } from './bounds.ts';
import { createEveryWaitExplained } from './every-wait-explained.ts';
import { createGarbageGoes } from './garbage-goes.ts';
import { createQuietWhenSettled } from './quiet-when-settled.ts';
import { ownedBy, SERVER, StagedWorld } from './staged-world.ts';
import { createStatusTellsTruth } from './status-tells-truth.ts';
import { createWantedStateReached } from './wanted-state-reached.ts';
import type { Invariant } from './world-view.ts';

/** What the invariant says once the world has been calm for so long. */
function afterCalm(world: StagedWorld, invariant: Invariant, calmMs = BOUNDS.settleMs): string | undefined {
  world.calmSinceMs = world.nowMs;
  const early = world.shownTo(invariant);
  return early ?? world.later(calmMs).shownTo(invariant);
}

const active = (owner: [string, string], status: object = { phase: 'Running' }) => ({
  metadata: ownedBy(...owner),
  spec: { containers: [], nodeName: 'n1' },
  status,
});

test('workloads become what they are to be', (t) => {
  const table: [string, object, object, number, RegExp | undefined][] = [
    ['ReplicaSet', { replicas: 1 }, { replicas: 1, readyReplicas: 1, observedGeneration: 1 }, 1, undefined],
    [
      'ReplicaSet',
      { replicas: 2 },
      { replicas: 2, readyReplicas: 2, observedGeneration: 1 },
      1,
      /^ReplicaSet web\/w has 1 pods of 2, 600000 ms after the world became calm$/,
    ],
    [
      'ReplicaSet',
      { replicas: 1 },
      { replicas: 1, observedGeneration: 1 },
      1,
      /tells of 1 pods, 0 ready, of 1/,
    ],
    [
      'ReplicaSet',
      { replicas: 1 },
      { replicas: 1, readyReplicas: 1 },
      1,
      /has generation 1, of which 0 is observed/,
    ],
    ['Deployment', { replicas: 0 }, { observedGeneration: 1 }, 0, undefined],
    ['Deployment', { replicas: 1, paused: true }, { observedGeneration: 1 }, 0, undefined],
    ['Deployment', { replicas: 1 }, { observedGeneration: 1 }, 0, /has 0 pods of 1/],
    [
      'DaemonSet',
      {},
      { desiredNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1, observedGeneration: 1 },
      1,
      undefined,
    ],
    [
      'DaemonSet',
      {},
      { desiredNumberScheduled: 2, numberReady: 2, updatedNumberScheduled: 2, observedGeneration: 1 },
      1,
      /has 1 pods on 2 nodes/,
    ],
    [
      'DaemonSet',
      {},
      { desiredNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 0, observedGeneration: 1 },
      1,
      /1 ready, 0 updated and 0 misplaced pods, on 1 nodes/,
    ],
    ['Job', { completions: 3, parallelism: 1 }, {}, 1, undefined],
    ['Job', { completions: 3, parallelism: 2 }, {}, 1, /has 1 pods of 2/],
    ['Job', { completions: 3, parallelism: 2 }, { succeeded: 2 }, 1, undefined],
    ['Job', { suspend: true }, {}, 1, /is suspended, but has 1 pods/],
    ['Job', {}, { conditions: [{ type: 'Complete', status: 'True' }] }, 0, undefined],
  ];
  for (const [kind, spec, status, pods, sentence] of table) {
    const world = new StagedWorld();
    world.put(kind, 'w', { spec, status });
    for (let index = 0; index < pods; index++) world.put('Pod', `p${index}`, active([kind, 'w']));
    const found = afterCalm(world, createWantedStateReached(BOUNDS));
    if (sentence === undefined) t.is(found, undefined, JSON.stringify([kind, spec, status]));
    else t.regex(found ?? '', sentence);
  }
});

test('a Deployment is done with its last version only; who is held up is excepted', (t) => {
  const world = new StagedWorld();
  world.put('Deployment', 'd', {
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, availableReplicas: 1 },
  });
  world.put('ReplicaSet', 'r', {
    metadata: ownedBy('Deployment', 'd'),
    spec: { replicas: 1 },
    status: { replicas: 1, readyReplicas: 1, observedGeneration: 1 },
  });
  world.put('Pod', 'p', active(['ReplicaSet', 'r']));
  t.regex(
    afterCalm(world, createWantedStateReached(BOUNDS)) ?? '',
    /tells of 1 pods, 0 updated and 1 available, of 1/,
  );
  const conditions = [
    { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: 1 Insufficient cpu.' },
  ];
  world.put('Pod', 'q', active(['ReplicaSet', 'r'], { phase: 'Pending', conditions }));
  t.is(afterCalm(world, createWantedStateReached(BOUNDS)), undefined);
});

test('a Job that a CronJob has just made is given time for its first pod, and no more', (t) => {
  const world = new StagedWorld();
  const invariant = createWantedStateReached(BOUNDS);
  world.calmSinceMs = world.nowMs;
  world.look();
  world.later(BOUNDS.settleMs);
  world.put('Job', 'c-1', { metadata: ownedBy('CronJob', 'c'), spec: {}, status: {} });
  t.is(world.shownTo(invariant), undefined);
  t.regex(world.later(30_000).shownTo(invariant) ?? '', /^Job web\/c-1 has 0 pods of 1/);
});

test('a settled world is left alone', (t) => {
  const settled = (): StagedWorld => {
    const world = new StagedWorld();
    world.put('Deployment', 'd');
    world.put('ReplicaSet', 'r', { metadata: ownedBy('Deployment', 'd') });
    world.put('Pod', 'p', active(['ReplicaSet', 'r']));
    world.put('CronJob', 'c');
    world.put('Job', 'c-1', { spec: {}, metadata: ownedBy('CronJob', 'c') });
    world.put('Job', 'j', { spec: {} });
    world.calmSinceMs = world.nowMs;
    world.look();
    world.later(BOUNDS.settleMs);
    return world;
  };
  const table: [(world: StagedWorld) => void, string | undefined][] = [
    [
      (world) => {
        world.put('Lease', 'kube-node-lease/n1', {}, SERVER);
        world.put('Event', 'e');
        world.put('Job', 'c-1', { status: { active: 1 } });
        world.put('Pod', 'of-c', active(['Job', 'c-1']));
        world.put('Job', 'j', { status: { active: 1 } });
      },
      undefined,
    ],
    [
      (world) => world.put('Job', 'j', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }),
      undefined,
    ],
    [
      (world) => world.put('Deployment', 'd', { status: { replicas: 1 } }),
      'Deployment web/d was changed by control-plane-1 at revision 17 (metadata, status), though nothing was left to do',
    ],
    [
      (world) => world.put('Pod', 'new', active(['ReplicaSet', 'r'])),
      'Pod web/new was created by control-plane-1 at revision 17, though nothing was left to do',
    ],
    [
      (world) => world.remove('ReplicaSet', 'r'),
      'ReplicaSet web/r was removed by control-plane-1 at revision 17, though nothing was left to do',
    ],
    [
      (world) => {
        world.put('Pod', 'p', { status: { containerStatuses: [{ name: 'main', restartCount: 3 }] } }, SERVER);
        world.put('ReplicaSet', 'r', { status: { readyReplicas: 0 } });
        world.put('Deployment', 'd', { status: { readyReplicas: 0 } });
      },
      undefined,
    ],
  ];
  for (const [story, sentence] of table) {
    const world = settled();
    story(world);
    t.is(world.shownTo(createQuietWhenSettled(BOUNDS)), sentence);
  }
  const early = new StagedWorld();
  early.put('Deployment', 'd');
  t.is(early.shownTo(createQuietWhenSettled(BOUNDS)), undefined);
});

test('where a pod gets on that was held up the world settles anew', (t) => {
  const waiting = { name: 'main', restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } };
  const running = { name: 'main', restartCount: 0, state: { running: {} } };
  const world = new StagedWorld();
  const invariant = createQuietWhenSettled(BOUNDS);
  world.put('ReplicaSet', 'r');
  world.put('Pod', 'p', active(['ReplicaSet', 'r'], { phase: 'Pending', containerStatuses: [waiting] }));
  world.calmSinceMs = world.nowMs;
  t.is(world.shownTo(invariant), undefined);
  world.later(BOUNDS.settleMs);
  world.put('Pod', 'p', { status: { phase: 'Running', containerStatuses: [running] } }, SERVER);
  world.put('ReplicaSet', 'r', { status: { readyReplicas: 1 } });
  t.is(world.shownTo(invariant), undefined);
  world.later(BOUNDS.settleMs - 1).put('ReplicaSet', 'r', { status: { readyReplicas: 0 } });
  t.is(world.shownTo(invariant), undefined);
  world.later(1).put('ReplicaSet', 'r', { status: { readyReplicas: 1 } });
  t.regex(world.shownTo(invariant) ?? '', /^ReplicaSet web\/r was changed/);
});

test('garbage goes', (t) => {
  const kinds = ['Deployment', 'ReplicaSet', 'Pod', 'ConfigMap', 'Namespace'];
  const lookedAt = (story: (world: StagedWorld) => void): string | undefined => {
    const world = new StagedWorld();
    const invariant = createGarbageGoes(kinds, BOUNDS);
    world.put('Namespace', 'web');
    world.put('Deployment', 'd');
    story(world);
    world.shownTo(invariant);
    return afterCalm(world, invariant, BOUNDS.collectMs + 31_000);
  };
  t.is(
    lookedAt((world) => {
      world.put('ReplicaSet', 'r', { metadata: ownedBy('Deployment', 'd') });
      world.put('ConfigMap', 'held', { metadata: { finalizers: ['example.com/mine'] } });
      world.mark('ConfigMap', 'held');
    }),
    undefined,
  );
  t.is(
    lookedAt((world) => world.put('ReplicaSet', 'r', { metadata: ownedBy('Deployment', 'gone') })),
    'ReplicaSet web/r is still there 151000 ms later, though its owner Deployment gone is gone',
  );
  t.regex(
    lookedAt((world) => {
      world.put('Pod', 'p', active(['Deployment', 'd']));
      world.mark('Pod', 'p');
    }) ?? '',
    /^Pod web\/p is still there 151000 ms later, though it was asked to go/,
  );
  t.regex(
    lookedAt((world) => world.mark('Namespace', 'web')) ?? '',
    /^Deployment web\/d is still there .*, though its namespace was asked to go$/,
  );
  t.regex(
    lookedAt((world) => {
      world.remove('Deployment', 'd');
      world.mark('Namespace', 'web');
    }) ?? '',
    /^Namespace web is still there/,
  );
});

test('a calm world tells the truth about its containers', (t) => {
  const lookedAt = (state: object, runs: boolean, phase = 'Running'): string | undefined => {
    const world = new StagedWorld();
    const invariant = createStatusTellsTruth(BOUNDS);
    const status = { phase, containerStatuses: [{ name: 'main', state }] };
    world.put('Pod', 'p', { spec: { containers: [], nodeName: 'n1' }, status });
    if (runs) world.run('n1', 'p');
    world.calmSinceMs = world.nowMs;
    world.later(BOUNDS.stopMs).shownTo(invariant);
    return world.later(BOUNDS.reportMs + 5_000).shownTo(invariant);
  };
  t.is(lookedAt({ running: {} }, true), undefined);
  t.is(lookedAt({ terminated: {} }, false), undefined);
  t.is(lookedAt({ waiting: {} }, true), undefined, 'its postStart hook may run');
  t.is(
    lookedAt({ running: {} }, false),
    'Pod web/p tells that container main runs on n1, which it does not, for 20000 ms by now',
  );
  t.regex(lookedAt({ terminated: {} }, true) ?? '', /tells that container main has ended, but it runs on n1/);
  t.regex(
    lookedAt({ running: {} }, true, 'Succeeded') ?? '',
    /is told to be over, but container main runs on n1/,
  );
});

test('every wait is explained', (t) => {
  const lookedAt = (spec: object, status: object): string | undefined => {
    const world = new StagedWorld();
    world.put('Pod', 'p', { spec: { containers: [], ...spec }, status: { phase: 'Pending', ...status } });
    const invariant = createEveryWaitExplained(BOUNDS);
    const first = afterCalm(world, invariant);
    return first ?? world.later(30_000).shownTo(invariant);
  };
  const silence = 'Pod web/p has been waiting for 30000 ms, and nobody says what for';
  const unschedulable = (message: string) => ({
    conditions: [{ type: 'PodScheduled', status: 'False', message }],
  });
  t.is(lookedAt({}, unschedulable('no room')), undefined);
  t.is(lookedAt({}, unschedulable('')), silence);
  t.is(lookedAt({}, {}), silence);
  t.is(lookedAt({ nodeName: 'n1' }, {}), silence);
  const waiting = {
    containerStatuses: [{ name: 'main', state: { waiting: { reason: 'ImagePullBackOff' } } }],
  };
  t.is(lookedAt({ nodeName: 'n1' }, waiting), undefined);
  t.is(lookedAt({}, { phase: 'Running' }), undefined);
});
