import test from 'ava';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { keyOf } from '@gantry/api/meta';
import { passIn } from '../../engine/settle.ts';
import { emptyWorld, later, readerOf, withObject, type World } from '../../engine/toy-world.ts';
import { goldenLines, transcriptOf } from '../../engine/transcript.ts';
import { isReady } from '../pod-condition.ts';
import { aDeployment } from '../toy-workloads.ts';
import { activePods, agentsAct, edited, imageOf, rolloutControllers, withImage } from './toy-rollout.ts';

/** Pods by image, as `web:1 2/3 ready`. */
function pods(world: World): string {
  const counts = new Map<string, { ready: number; total: number }>();
  for (const pod of activePods(world)) {
    const image = imageOf(pod.spec);
    const { ready, total } = counts.get(image) ?? { ready: 0, total: 0 };
    counts.set(image, { ready: ready + Number(isReady(pod)), total: total + 1 });
  }
  const told = [...counts].map(([image, { ready, total }]) => `${image} ${ready}/${total} ready`);
  return told.sort().join(', ') || 'no pods';
}

/** What an operator is told of the Deployment, and the pods that there are, until nothing happens any more. */
function tell(start: World, agents: (world: World) => World = agentsAct): { lines: string[]; world: World } {
  const lines: string[] = [];
  let world = start;
  for (let round = 1; round <= 30; round += 1) {
    const before = world.revision;
    for (const controller of rolloutControllers) {
      for (const primary of readerOf(world).list(controller.definition)) {
        const pass = passIn(world, controller, keyOf(primary));
        if (pass === undefined || pass.changes.length === 0) continue;
        if (controller.definition.kind === 'Deployment') {
          const told = transcriptOf(controller, primary, pass.plan, readerOf(world));
          lines.push(
            ...told.filter((line) => !/^(status|update|look|create)/.test(line)).map((line) => line.trim()),
          );
        }
        world = pass.world;
      }
    }
    if (world.revision !== before) lines.push(`[${pods(world)}]`);
    world = agents(world);
    if (world.revision === before) return { lines, world };
  }
  throw new Error('the rollout does not end');
}

const start = (spec: Parameters<typeof aDeployment>[0]): World =>
  tell(withObject(emptyWorld(), deploymentKind, aDeployment(spec))).world;

test('a rolling update of four pods: one on top and one missing at most', (t) => {
  const { lines } = tell(withImage(start({ replicas: 4 }), 'web:2'));
  t.deepEqual(
    lines,
    goldenLines(`
    because creating ReplicaSet web-zsndjml with 1 pod for the new version
    because scaling ReplicaSet web-tpxtb6c from 4 to 3
    because waiting for 1 old pod to stop
    because 3 old pods serve until new ones are available
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 0 to 1
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 4 to 3
    [web:1 3/3 ready, web:2 0/1 ready]
    because scaling ReplicaSet web-tpxtb6c from 3 to 2
    because scaling ReplicaSet web-zsndjml from 1 to 2
    because waiting for 1 old pod to stop
    because 2 old pods serve until new ones are available
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 3 to 2
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 1 to 2
    [web:1 2/2 ready, web:2 1/2 ready]
    because scaling ReplicaSet web-tpxtb6c from 2 to 1
    because scaling ReplicaSet web-zsndjml from 2 to 3
    because waiting for 1 old pod to stop
    because 1 old pod serves until new ones are available
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 2 to 1
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 2 to 3
    [web:1 1/1 ready, web:2 2/3 ready]
    because scaling ReplicaSet web-tpxtb6c from 1 to 0
    because scaling ReplicaSet web-zsndjml from 3 to 4
    because waiting for 1 old pod to stop
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 1 to 0
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 3 to 4
    [web:2 3/4 ready]
    [web:2 4/4 ready]
  `),
  );
});

test('Recreate: the last old pod is gone before the first new one is made', (t) => {
  const { lines } = tell(withImage(start({ replicas: 2, strategy: { type: 'Recreate' } }), 'web:2'));
  t.deepEqual(
    lines,
    goldenLines(`
    because scaling ReplicaSet web-tpxtb6c from 2 to 0
    because waiting for 2 old pods to stop
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 2 to 0
    [no pods]
    because creating ReplicaSet web-zsndjml with 2 pods for the new version
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 0 to 2
    [web:2 0/2 ready]
    [web:2 2/2 ready]
  `),
  );
});

test('a version that never becomes ready stops in the middle, is reported, and is undone', (t) => {
  const broken = (world: World): World => agentsAct(world, Infinity, ['web:2']);
  const stuck = tell(withImage(start({ replicas: 4 }), 'web:2'), broken);
  const late = tell(later(stuck.world, 601_000), broken);
  const undone = tell(withImage(late.world, 'web:1'), broken);
  t.deepEqual(
    [...stuck.lines, '--- ten minutes later', ...late.lines, '--- undo', ...undone.lines],
    goldenLines(`
    because creating ReplicaSet web-zsndjml with 1 pod for the new version
    because scaling ReplicaSet web-tpxtb6c from 4 to 3
    because waiting for 1 old pod to stop
    because 3 old pods serve until new ones are available
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 0 to 1
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 4 to 3
    [web:1 3/3 ready, web:2 0/1 ready]
    because scaling ReplicaSet web-zsndjml from 1 to 2
    because waiting for 1 of 1 new pod to become available
    because 3 old pods serve until new ones are available
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 1 to 2
    [web:1 3/3 ready, web:2 0/2 ready]
    because waiting for 2 of 2 new pods to become available
    because 3 old pods serve until new ones are available
    [web:1 3/3 ready, web:2 0/2 ready]
    --- ten minutes later
    because no progress for more than 600 s (progressDeadlineSeconds); it goes on when pods become available or the template changes
    because waiting for 2 of 2 new pods to become available
    because 3 old pods serve until new ones are available
    [web:1 3/3 ready, web:2 0/2 ready]
    --- undo
    because scaling ReplicaSet web-zsndjml from 2 to 0
    because waiting for 2 old pods to stop
    tell Normal ScalingReplicaSet: Scaled down replica set web-zsndjml from 2 to 0
    [web:1 3/3 ready]
    because scaling ReplicaSet web-tpxtb6c from 3 to 4
    tell Normal ScalingReplicaSet: Scaled up replica set web-tpxtb6c from 3 to 4
    [web:1 3/4 ready]
    [web:1 4/4 ready]
  `),
  );
});

test('a pause lets the Deployment be scaled but not updated', (t) => {
  const paused = edited(start({ replicas: 4 }), (spec) => ({ ...spec, paused: true, replicas: 6 }));
  const scaled = tell(withImage(paused, 'web:2'));
  const resumed = tell(edited(scaled.world, (spec) => ({ ...spec, paused: false })));
  t.deepEqual(
    [...scaled.lines, '--- resume', ...resumed.lines],
    goldenLines(`
    because paused: scaling goes on, but a new template waits until spec.paused is false
    because scaling ReplicaSet web-tpxtb6c from 4 to 6
    tell Normal ScalingReplicaSet: Scaled up replica set web-tpxtb6c from 4 to 6
    [web:1 4/6 ready]
    because paused: scaling goes on, but a new template waits until spec.paused is false
    [web:1 6/6 ready]
    --- resume
    because creating ReplicaSet web-zsndjml with 2 pods for the new version
    because scaling ReplicaSet web-tpxtb6c from 6 to 5
    because waiting for 1 old pod to stop
    because 5 old pods serve until new ones are available
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 0 to 2
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 6 to 5
    [web:1 5/5 ready, web:2 0/2 ready]
    because scaling ReplicaSet web-tpxtb6c from 5 to 3
    because scaling ReplicaSet web-zsndjml from 2 to 3
    because waiting for 2 old pods to stop
    because 3 old pods serve until new ones are available
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 5 to 3
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 2 to 3
    [web:1 3/3 ready, web:2 2/3 ready]
    because scaling ReplicaSet web-tpxtb6c from 3 to 2
    because scaling ReplicaSet web-zsndjml from 3 to 5
    because waiting for 1 old pod to stop
    because 2 old pods serve until new ones are available
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 3 to 2
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 3 to 5
    [web:1 2/2 ready, web:2 3/5 ready]
    because scaling ReplicaSet web-tpxtb6c from 2 to 0
    because scaling ReplicaSet web-zsndjml from 5 to 6
    because waiting for 2 old pods to stop
    tell Normal ScalingReplicaSet: Scaled down replica set web-tpxtb6c from 2 to 0
    tell Normal ScalingReplicaSet: Scaled up replica set web-zsndjml from 5 to 6
    [web:2 5/6 ready]
    [web:2 6/6 ready]
  `),
  );
});
