import test from 'ava';
import { passIn } from '../../engine/settle.ts';
import { readerOf, type World } from '../../engine/toy-world.ts';
import { goldenLines, transcriptOf } from '../../engine/transcript.ts';
import {
  agentsAct,
  controller,
  daemonSetIn,
  layout,
  rolledOut,
  WEB,
  withImage,
  worldOf,
} from './toy-daemons.ts';

/** What an operator is told, and the pods that there are, until nothing happens any more. Pod names are left out. */
function tell(start: World): string[] {
  const lines: string[] = [];
  let world = start;
  for (let round = 1; round <= 30; round += 1) {
    const before = world.revision;
    const pass = passIn(world, controller, WEB);
    if (pass !== undefined && pass.changes.length > 0) {
      const told = transcriptOf(controller, daemonSetIn(world), pass.plan, readerOf(world));
      lines.push(...told.filter((line) => line.startsWith('because')));
      world = pass.world;
      lines.push(`[${layout(world).join(', ')}]`);
    }
    world = agentsAct(world);
    if (world.revision === before) return lines.map((line) => line.replaceAll(/web-[a-z0-9]{5}\b/g, 'web-*'));
  }
  throw new Error('the rollout does not end');
}

test('a new version on two nodes, one after the other', (t) => {
  const lines = tell(withImage(rolledOut(worldOf(2)), 'web:2'));
  t.deepEqual(
    lines,
    goldenLines(`
    because deleting web-*: outdated
    because the new version runs on 0 of 2 nodes
    [n1 web:1]
    because creating a pod on n0
    because waiting for 1 of 2 nodes to have an available pod
    because the new version runs on 0 of 2 nodes
    [n0 web:2!, n1 web:1]
    because deleting web-*: outdated
    because the new version runs on 1 of 2 nodes
    [n0 web:2]
    because creating a pod on n1
    because waiting for 1 of 2 nodes to have an available pod
    [n0 web:2, n1 web:2!]
    [n0 web:2, n1 web:2]
  `),
  );
});

test('the same with a surge: the new pod first', (t) => {
  const surge = { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  const lines = tell(withImage(rolledOut(worldOf(2, surge)), 'web:2'));
  t.deepEqual(
    lines,
    goldenLines(`
    because creating a pod on n0
    because the new version runs on 0 of 2 nodes
    [n0 web:1, n0 web:2!, n1 web:1]
    because deleting web-*: replaced
    because the new version runs on 0 of 2 nodes
    [n0 web:2, n1 web:1]
    because creating a pod on n1
    because the new version runs on 1 of 2 nodes
    [n0 web:2, n1 web:1, n1 web:2!]
    because deleting web-*: replaced
    because the new version runs on 1 of 2 nodes
    [n0 web:2, n1 web:2]
    [n0 web:2, n1 web:2]
  `),
  );
});
