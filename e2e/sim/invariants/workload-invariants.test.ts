// Invariants of what controllers decide, each with histories that keep it and histories that break it.
import test from 'ava';
import { BOUNDS } from './bounds.ts';
import { createOneDaemonPodANode } from './one-daemon-pod-a-node.ts';
import { createRecreateNeverOverlaps } from './recreate-never-overlaps.ts';
import { createReplicaSetSizes } from './replica-set-sizes.ts';
import { createReplicaSetVersions } from './replica-set-versions.ts';
import { createRolloutWithinLimits } from './rollout-within-limits.ts';
import { ownedBy, SERVER, StagedWorld } from './staged-world.ts';

const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const LATER_MS = BOUNDS.requestMs + 1;

/** A ReplicaSet of this size with so many ready pods `<name>-0`, …; each step is well apart from the next. */
function withPods(world: StagedWorld, name: string, size: number, pods: number, owner?: string): void {
  world.put('ReplicaSet', name, {
    spec: { replicas: size },
    ...(owner === undefined ? {} : { metadata: ownedBy('Deployment', owner) }),
  });
  for (let index = 0; index < pods; index++) addPod(world, name, index);
}

function addPod(world: StagedWorld, replicaSet: string, index: number): void {
  const metadata = ownedBy('ReplicaSet', replicaSet);
  world.put('Pod', `${replicaSet}-${index}`, {
    metadata,
    spec: { containers: [], nodeName: 'n1' },
    status: ready,
  });
}

function withReplicaSet(): StagedWorld {
  const world = new StagedWorld();
  world.put('Namespace', 'web');
  world.put('Node', 'n1');
  withPods(world, 'r', 3, 3);
  world.later(LATER_MS);
  return world;
}

test('a ReplicaSet makes and takes what its size asks for', (t) => {
  const world = withReplicaSet();
  const invariant = createReplicaSetSizes(BOUNDS);
  world.put('ReplicaSet', 'r', { spec: { replicas: 2 } }, SERVER);
  world.mark('Pod', 'r-0');
  world.later(LATER_MS).put('ReplicaSet', 'r', { spec: { replicas: 3 } }, SERVER);
  addPod(world, 'r', 3);
  t.is(world.shownTo(invariant), undefined);
  world.later(LATER_MS);
  addPod(world, 'r', 4);
  t.is(
    world.shownTo(invariant),
    'Pod web/r-4 was made as pod number 4 of ReplicaSet web/r, which is to have 3',
  );
});

test('a ReplicaSet may act on the size of a moment ago, not on one of long ago', (t) => {
  const shrunk = (waitMs: number): string | undefined => {
    const world = withReplicaSet();
    world.put('ReplicaSet', 'r', { spec: { replicas: 4 } }, SERVER);
    world.later(LATER_MS).put('ReplicaSet', 'r', { spec: { replicas: 3 } }, SERVER);
    world.later(waitMs);
    addPod(world, 'r', 3);
    return world.shownTo(createReplicaSetSizes(BOUNDS));
  };
  t.is(shrunk(BOUNDS.staleMs), undefined);
  t.is(
    shrunk(BOUNDS.staleMs + 1),
    'Pod web/r-3 was made as pod number 4 of ReplicaSet web/r, which is to have 3',
  );
});

test('a pod that is needed is not taken as surplus; what others take is theirs', (t) => {
  const needed = withReplicaSet();
  needed.mark('Pod', 'r-0');
  t.is(
    needed.shownTo(createReplicaSetSizes(BOUNDS)),
    'Pod web/r-0 was deleted as surplus, which leaves 2 pods to ReplicaSet web/r, which is to have 3',
  );
  const fine: Record<string, (world: StagedWorld) => void> = {
    'a user asked for it': (world) => {
      world.request('delete', 'Pod', 'r-0');
      world.mark('Pod', 'r-0');
    },
    'the request was not fenced': (world) => world.mark('Pod', 'r-0', SERVER),
    'a taint drives it away': (world) => {
      world.put('Node', 'n1', { spec: { taints: [{ key: 'x', effect: 'NoExecute' }] } });
      world.mark('Pod', 'r-0');
    },
    'the scheduler preempts it': (world) => {
      const reason = 'PreemptionByScheduler';
      const conditions = [{ type: 'DisruptionTarget', status: 'True', reason }];
      world.put('Pod', 'r-0', { metadata: { deletionTimestamp: world.nowText }, status: { conditions } });
    },
    'its node is gone': (world) => {
      world.remove('Node', 'n1');
      world.remove('Pod', 'r-0');
    },
    'its namespace is going': (world) => {
      world.mark('Namespace', 'web');
      world.mark('Pod', 'r-0');
    },
    'it is surplus, and another was lost since the look': (world) => {
      addPod(world, 'r', 3);
      world.put('Pod', 'r-1', { status: { phase: 'Failed' } }, SERVER);
      world.mark('Pod', 'r-0');
    },
  };
  for (const [name, story] of Object.entries(fine)) {
    const world = withReplicaSet();
    world.put('ReplicaSet', 'r', { spec: { replicas: 4 } }, SERVER);
    world.put('ReplicaSet', 'r', { spec: { replicas: 3 } }, SERVER);
    if (!name.startsWith('it is surplus')) world.later(LATER_MS);
    story(world);
    t.is(world.shownTo(createReplicaSetSizes(BOUNDS)), undefined, name);
  }
});

/** A Deployment of 4 pods of one version, which may miss one and have one more. */
function withDeployment(strategy: object = rolling(1, 1)): StagedWorld {
  const world = new StagedWorld();
  world.put('Deployment', 'd', { spec: { replicas: 4, strategy } });
  withPods(world, 'old', 4, 4, 'd');
  withPods(world, 'new', 0, 0, 'd');
  world.later(LATER_MS);
  return world;
}

const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge, maxUnavailable },
});

const size = (world: StagedWorld, name: string, replicas: number): void => {
  world.put('ReplicaSet', name, { spec: { replicas } });
};

test('a rollout stays within its limits', (t) => {
  const world = withDeployment();
  const invariant = createRolloutWithinLimits(BOUNDS);
  size(world, 'new', 1);
  size(world, 'old', 3);
  addPod(world, 'new', 0);
  world.mark('Pod', 'old-0');
  size(world, 'old', 2);
  t.is(world.shownTo(invariant), undefined, 'three serve at least, five are there at most');
  size(world, 'old', 1);
  t.is(
    world.shownTo(invariant),
    'ReplicaSet web/old was made smaller, which leaves 2 available pods to Deployment web/d, which needs 3',
  );
});

test('no pods beyond the surge', (t) => {
  const world = withDeployment(rolling('25%', 0));
  const invariant = createRolloutWithinLimits(BOUNDS);
  size(world, 'new', 2);
  addPod(world, 'new', 0);
  t.is(world.shownTo(invariant), undefined);
  addPod(world, 'new', 1);
  t.is(
    world.shownTo(invariant),
    'Pod web/new-1 was made as pod number 6 of Deployment web/d, which may have 5',
  );
});

test('the versions of a Deployment that goes keep the size they have', (t) => {
  const world = withDeployment(rolling('25%', 0));
  const invariant = createRolloutWithinLimits(BOUNDS);
  size(world, 'new', 2);
  world.mark('Deployment', 'd', SERVER);
  addPod(world, 'new', 0);
  addPod(world, 'new', 1);
  t.is(world.shownTo(invariant), undefined);
});

test('what the world takes is not the doing of a rollout', (t) => {
  const stories: Record<string, (world: StagedWorld) => void> = {
    'a pod lost its readiness a moment ago': (world) => {
      world.put('Pod', 'old-0', { status: { phase: 'Running' } }, SERVER);
      size(world, 'old', 2);
    },
    'a pod that goes became available a moment ago': (world) => {
      world.put('Pod', 'old-0', { status: { phase: 'Running' } }, SERVER);
      world.put('Pod', 'old-1', { status: { phase: 'Running' } }, SERVER);
      world.later(LATER_MS).put('Pod', 'old-1', { status: ready }, SERVER);
      size(world, 'old', 2);
    },
    'a user scaled it': (world) => {
      world.put('Deployment', 'd', { spec: { replicas: 1, strategy: rolling(1, 1) } }, SERVER);
      size(world, 'old', 0);
    },
    'its limits were others a moment ago': (world) => {
      world.put('Deployment', 'd', { spec: { replicas: 4, strategy: rolling(1, 3) } }, SERVER);
      size(world, 'old', 1);
    },
    'a scaling is shared among versions': (world) => {
      world.put('ReplicaSet', 'old', {
        spec: { replicas: 0 },
        metadata: { annotations: { 'deployment.kubernetes.io/desired-replicas': '1' } },
      });
    },
    'unavailable pods go at any time': (world) => {
      for (const index of [0, 1, 2, 3])
        world.put('Pod', `old-${index}`, { status: { phase: 'Running' } }, SERVER);
      world.later(LATER_MS);
      size(world, 'old', 0);
    },
    'a user sized a ReplicaSet by hand': (world) => {
      world.put('ReplicaSet', 'new', { spec: { replicas: 3 } }, SERVER);
      for (const index of [0, 1, 2]) addPod(world, 'new', index);
    },
    'a pod was under way when its version was made smaller': (world) => {
      size(world, 'new', 1);
      size(world, 'new', 0);
      addPod(world, 'new', 0);
      world.put('ReplicaSet', 'newer', { spec: { replicas: 1 }, metadata: ownedBy('Deployment', 'd') });
      addPod(world, 'newer', 0);
    },
    'it is a Recreate': (world) => {
      world.put('Deployment', 'd', { spec: { replicas: 4, strategy: { type: 'Recreate' } } }, SERVER);
      size(world, 'old', 0);
    },
  };
  for (const [name, story] of Object.entries(stories)) {
    const world = withDeployment();
    story(world);
    t.is(world.shownTo(createRolloutWithinLimits(BOUNDS)), undefined, name);
  }
});

test('a pod counts as available only after minReadySeconds', (t) => {
  const story = (readyForMs: number): string | undefined => {
    const world = withDeployment();
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: world.nowText }];
    world.put('ReplicaSet', 'new', { spec: { replicas: 1, minReadySeconds: 20 } });
    world.put('Pod', 'new-0', {
      metadata: ownedBy('ReplicaSet', 'new'),
      spec: { containers: [] },
      status: { conditions },
    });
    size(world, 'old', 3);
    world.later(readyForMs);
    size(world, 'old', 2);
    return world.shownTo(createRolloutWithinLimits(BOUNDS));
  };
  t.is(story(20_000), undefined);
  t.regex(story(19_000) ?? '', /leaves 2 available pods to Deployment web\/d, which needs 3/);
});

test('Recreate never lets versions overlap', (t) => {
  const world = withDeployment({ type: 'Recreate' });
  const invariant = createRecreateNeverOverlaps(BOUNDS);
  for (const index of [0, 1, 2]) world.remove('Pod', `old-${index}`);
  world.put('Pod', 'old-3', { status: { phase: 'Succeeded' } });
  addPod(world, 'new', 0);
  t.is(world.shownTo(invariant), undefined);
  world.put('Pod', 'old-4', { metadata: ownedBy('ReplicaSet', 'old'), spec: { containers: [] } });
  t.is(
    world.shownTo(invariant),
    'Pod web/old-4 was made while Pod web/new-0 of another version of Deployment web/d had not ended',
  );
});

test('versions are numbered upwards, one for each template hash', (t) => {
  const version = (revision: number, hash: string) => ({
    ...ownedBy('Deployment', 'd'),
    labels: { 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
  });
  const world = new StagedWorld();
  const invariant = createReplicaSetVersions();
  world.put('Deployment', 'd');
  world.put('Deployment', 'e');
  world.put('ReplicaSet', 'a', { metadata: version(1, 'x') });
  world.put('ReplicaSet', 'b', { metadata: version(2, 'y') });
  world.put('ReplicaSet', 'a', { metadata: version(3, 'x') });
  world.put('ReplicaSet', 'c', { metadata: { ...version(1, 'x'), ...ownedBy('Deployment', 'e') } });
  t.is(world.shownTo(invariant), undefined);
  world.put('ReplicaSet', 'b', { metadata: version(3, 'y') });
  t.is(
    world.shownTo(invariant),
    'ReplicaSet web/b got revision 3, though Deployment web/d has had revision 3',
  );
  world.put('ReplicaSet', 'f', { metadata: version(4, 'x') });
  t.is(
    world.shownTo(invariant),
    'ReplicaSet web/f was made with the template hash of ReplicaSet web/a, for the same Deployment web/d',
  );
});

test('a DaemonSet has one pod a node, and one more with a surge', (t) => {
  const pod = (node: string) => ({
    metadata: ownedBy('DaemonSet', 's'),
    spec: {
      containers: [],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
          },
        },
      },
    },
  });
  const world = new StagedWorld();
  const invariant = createOneDaemonPodANode(BOUNDS);
  world.put('DaemonSet', 's', { spec: {} });
  world.put('Pod', 'a', pod('n1'));
  world.put('Pod', 'b', pod('n2'));
  world.put('Pod', 'a', { status: { phase: 'Failed' } });
  world.put('Pod', 'c', pod('n1'));
  t.is(world.shownTo(invariant), undefined);
  world.mark('Pod', 'c');
  world.put('Pod', 'd', pod('n1'));
  t.is(world.shownTo(invariant), 'Pod web/d of DaemonSet web/s was made for n1, which has Pod web/c already');
  world.put('DaemonSet', 's', { spec: { updateStrategy: { rollingUpdate: { maxSurge: 1 } } } });
  world.put('Pod', 'e', pod('n1'));
  t.is(world.shownTo(invariant), undefined);
  world.put('Pod', 'f', pod('n1'));
  t.regex(
    world.shownTo(invariant) ?? '',
    /f of DaemonSet web\/s was made for n1, which has Pod web\/d, Pod web\/e already/,
  );
});
