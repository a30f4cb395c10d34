// Ranges of pod addresses: one for each node, never two the same, never changed.
import test from 'ava';
import fc from 'fast-check';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { StatusError } from '@gantry/api/status-error';
import { DEFAULT_RANGE_TEXTS, readRanges } from '../../addresses/ranges.ts';
import type { Controller } from '../../engine/controller.ts';
import { passIn, settle, settleAll } from '../../engine/settle.ts';
import { given, startTestEngine } from '../../engine/test-engine.ts';
import {
  emptyWorld,
  readerOf,
  withDeletion,
  withObject,
  withObjects,
  type World,
} from '../../engine/toy-world.ts';
import { goldenLines, transcriptOf } from '../../engine/transcript.ts';
import { createNodeRangesController } from './node-ranges-controller.ts';

const SMALL = readRanges({ ...DEFAULT_RANGE_TEXTS, clusterCidr: '10.244.0.0/22' }).pods;
const controller = createNodeRangesController(SMALL) as Controller;
const keyOf = (name: string) => ({ namespace: '', name });
const aNode = (name: string, podCIDR?: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: name },
  spec: podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] },
});
const rangesOf = (world: World): string[] =>
  readerOf(world)
    .list(nodeKind)
    .map(({ metadata, spec }) => `${metadata.name} ${spec.podCIDR ?? ''}`);

test('each node gets the lowest block that is free, and keeps it', (t) => {
  const start = withObjects(emptyWorld(), nodeKind, [aNode('a'), aNode('b', '10.244.0.0/24'), aNode('c')]);
  const { world } = settleAll([controller], start);
  t.deepEqual(rangesOf(world), ['a 10.244.1.0/24', 'b 10.244.0.0/24', 'c 10.244.2.0/24']);
  t.deepEqual(passIn(world, controller, keyOf('a'))?.plan.actions, []);
  const without = withDeletion(world, nodeKind, keyOf('b'));
  const { world: later } = settleAll([controller], withObject(without, nodeKind, aNode('d')));
  t.deepEqual(rangesOf(later), ['a 10.244.1.0/24', 'c 10.244.2.0/24', 'd 10.244.0.0/24']);
});

test('blocks of another size, from an earlier start, are not given again', (t) => {
  const start = withObjects(emptyWorld(), nodeKind, [
    aNode('wide', '10.244.0.0/23'),
    aNode('narrow', '10.244.2.128/25'),
    aNode('foreign', '192.168.0.0/24'),
    aNode('new'),
  ]);
  t.true(rangesOf(settleAll([controller], start).world).includes('new 10.244.3.0/24'));
});

test('when none is left it says so', (t) => {
  const start = withObjects(
    emptyWorld(),
    nodeKind,
    ['a', 'b', 'c', 'd', 'e'].map((name) => aNode(name)),
  );
  const { world } = settleAll([controller], start);
  const pass = passIn(world, controller, keyOf('e'));
  t.truthy(pass);
  if (pass === undefined) return;
  t.deepEqual(
    transcriptOf(controller, aNode('e'), pass.plan, readerOf(world)).map((line) => line.trim()),
    goldenLines(`
      because all 4 ranges of pod addresses in 10.244.0.0/22 are taken: delete nodes that are gone, or start the control planes with a larger --cluster-cidr or a longer --node-cidr-mask-size
      tell Warning CIDRNotAvailable: all 4 ranges of pod addresses in 10.244.0.0/22 are taken: delete nodes that are gone, or start the control planes with a larger --cluster-cidr or a longer --node-cidr-mask-size
      look again in 300 s
    `),
  );
});

test('whatever nodes come and go, with crashes: no two have the same, and none changes', (t) => {
  const step = fc.record({ node: fc.nat(7), comes: fc.boolean(), crashes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let world = emptyWorld();
      for (const { node, comes, crashes } of steps) {
        const name = `n${node}`;
        const present = readerOf(world).get(nodeKind, keyOf(name));
        if (comes && present === undefined) world = withObject(world, nodeKind, aNode(name));
        if (!comes && present !== undefined) world = withDeletion(world, nodeKind, keyOf(name));
        const before = new Map(
          readerOf(world)
            .list(nodeKind)
            .map((each) => [each.metadata.name, each.spec.podCIDR]),
        );
        if (crashes) world = passIn(world, controller, keyOf(name), { crashAfter: 0 })?.world ?? world;
        else world = settle(controller, world, keyOf(name)).world;
        const after = readerOf(world).list(nodeKind);
        const given = after.flatMap(({ spec }) => spec.podCIDR ?? []);
        t.is(new Set(given).size, given.length);
        for (const { metadata, spec } of after) {
          const old = before.get(metadata.name);
          if (old !== undefined) t.is(spec.podCIDR, old);
        }
      }
    }),
    { numRuns: 100 },
  );
});

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return '';
  } catch (error) {
    return error instanceof StatusError ? `${error.status.code} ${error.status.message}` : String(error);
  }
}

test('over a store: the range and its claim come and go with the node; two nodes cannot have one', async (t) => {
  const lab = await startTestEngine();
  const ranges = readRanges(DEFAULT_RANGE_TEXTS).pods;
  const stop = lab.run(createNodeRangesController(ranges));
  const { uid: _, ...metadata } = aNode('a').metadata;
  const fresh = (name: string, spec: object = {}) => ({
    ...aNode(name),
    metadata: { ...metadata, name },
    spec,
  });
  for (const name of ['a', 'b', 'c']) await given(lab, nodeKind, fresh(name));
  const all = (): string[] => lab.cache.list(nodeKind).flatMap(({ spec }) => spec.podCIDR ?? []);
  await lab.until('all have a range', () => all().length === 3);
  t.deepEqual(all().toSorted(), ['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24']);
  t.regex(
    await refusal(lab.resources.create(nodeKind, fresh('d', { podCIDR: '10.244.1.0/24' }), lab.context())),
    /^422 .*spec\.podCIDR: .*already allocated to another node/,
  );
  t.regex(
    await refusal(lab.resources.create(nodeKind, fresh('d', { podCIDR: '10.244.8.0/23' }), lab.context())),
    /must be a \/24 of 10\.244\.0\.0\/16/,
  );
  const claims = async (): Promise<string[]> =>
    (await lab.store.list('/gantry/claims/pod-range')).entries.map(({ key }) => key);
  t.is((await claims()).length, 3);
  await lab.still();
  const { revision } = lab.cache;
  lab.clock.advance(20_000);
  await lab.still();
  t.is(lab.cache.revision, revision);
  await lab.resources.delete(nodeKind, keyOf('b'), {}, lab.context());
  t.is((await claims()).length, 2);
  await stop();
  await lab.close();
});
