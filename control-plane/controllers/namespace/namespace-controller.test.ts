// A namespace on its way out, in a toy world: everything in it goes, nothing beside it, and then itself.
import test from 'ava';
import fc from 'fast-check';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { podKind } from '@gantry/api/kinds/pod';
import { secretKind } from '@gantry/api/kinds/secret';
import type { AnyObject } from '@gantry/api/meta';
import { kinds } from '@gantry/api/registry';
import { passIn, settle } from '../../engine/settle.ts';
import {
  emptyWorld,
  later,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  type World,
} from '../../engine/toy-world.ts';
import { transcriptOf } from '../../engine/transcript.ts';
import { createNamespaceController } from './namespace-controller.ts';

const controller = createNamespaceController(kinds);
const KEY = { namespace: '', name: 'shop' };

function aNamespace(name: string): AnyObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: `ns-${name}` },
    spec: { finalizers: ['kubernetes'] },
  };
}

function inNamespace(namespace: string, kind: string, name: string, finalizers?: string[]): AnyObject {
  const metadata = {
    namespace,
    name,
    uid: `${namespace}-${kind}-${name}`,
    ...(finalizers && { finalizers }),
  };
  const spec = { containers: [{ name: 'main', image: 'x' }], nodeName: 'n1' };
  return { apiVersion: 'v1', kind, metadata, ...(kind === 'Pod' ? { spec } : { data: {} }) };
}

function shop(...objects: AnyObject[]): World {
  const definitions: Record<string, typeof podKind> = {
    Pod: podKind,
    ConfigMap: configMapKind,
    Secret: secretKind,
  };
  const start = ['shop', 'other'].reduce(
    (world, name) => withObject(world, namespaceKind, aNamespace(name)),
    emptyWorld(),
  );
  return objects.reduce(
    (world, object) => withObject(world, definitions[object.kind] ?? podKind, object),
    start,
  );
}

const deleted = (world: World): World => withDeletion(world, namespaceKind, KEY);

test('a namespace that nobody wants gone is left alone', (t) => {
  t.is(passIn(shop(inNamespace('shop', 'Pod', 'a')), controller, KEY), undefined);
});

test('an empty namespace goes at once', (t) => {
  const world = deleted(shop());
  t.not(readerOf(world).get(namespaceKind, KEY), undefined, 'its finalizer keeps it');
  t.is(readerOf(settle(controller, world, KEY).world).get(namespaceKind, KEY), undefined);
});

test('everything in it is deleted; a pod that is still stopping keeps it, and it says so', (t) => {
  const world = deleted(
    shop(
      inNamespace('shop', 'Pod', 'a'),
      inNamespace('shop', 'ConfigMap', 'c'),
      inNamespace('other', 'Pod', 'b'),
    ),
  );
  const pass = passIn(world, controller, KEY);
  if (pass === undefined) return t.fail();
  const primary = readerOf(world).get(namespaceKind, KEY);
  if (primary === undefined) return t.fail();
  t.deepEqual(transcriptOf(controller, primary, pass.plan, readerOf(world)).slice(0, 3), [
    'because deleting 2 objects in the namespace',
    'delete configmaps shop/c: its namespace is being deleted',
    'delete pods shop/a: its namespace is being deleted',
  ]);
  const waiting = settle(controller, pass.world, KEY).world;
  const status = readerOf(waiting).get(namespaceKind, KEY)?.status;
  t.is(status?.phase, 'Terminating');
  const remaining = status?.conditions?.find(({ type }) => type === 'NamespaceContentRemaining');
  t.is(remaining?.message, 'Some resources are remaining: pods has 1 resource instances');
  const stopped = withDeletion(waiting, podKind, { namespace: 'shop', name: 'a' }, { gracePeriodSeconds: 0 });
  const gone = settle(controller, stopped, KEY).world;
  t.is(readerOf(gone).get(namespaceKind, KEY), undefined);
  t.is(readerOf(gone).list(podKind).length, 1, 'the other namespace keeps its pod');
});

test('finalizers of others are waited for and named', (t) => {
  const held = inNamespace('shop', 'ConfigMap', 'c', ['example.com/backup']);
  let world = settle(controller, deleted(shop(held)), KEY).world;
  const conditions = readerOf(world).get(namespaceKind, KEY)?.status?.conditions ?? [];
  t.is(
    conditions.find(({ type }) => type === 'NamespaceFinalizersRemaining')?.message,
    'Some content in the namespace has finalizers remaining: example.com/backup in 1 resource instances',
  );
  world = withChange(world, configMapKind, { namespace: 'shop', name: 'c' }, (current) => ({
    ...current,
    metadata: { ...current.metadata, finalizers: [] },
  }));
  t.is(readerOf(settle(controller, world, KEY).world).get(namespaceKind, KEY), undefined);
});

test('whatever is in it, and wherever the controller dies: it empties, goes, and touches nothing else', (t) => {
  const contents = fc.array(
    fc.record({
      namespace: fc.constantFrom('shop', 'other'),
      kind: fc.constantFrom('Pod', 'ConfigMap', 'Secret'),
      name: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(contents, fc.array(fc.nat(3), { maxLength: 4 }), (given, crashes) => {
      const unique = new Map(
        given.map((each) => [
          `${each.namespace}/${each.kind}/${each.name}`,
          inNamespace(each.namespace, each.kind, each.name),
        ]),
      );
      let world = deleted(shop(...unique.values()));
      for (const crashAfter of crashes) {
        world = later(passIn(world, controller, KEY, { crashAfter })?.world ?? world, 1000);
      }
      world = settle(controller, world, KEY).world;
      for (const pod of readerOf(world).list(podKind, 'shop')) {
        const key = { namespace: 'shop', name: pod.metadata.name ?? '' };
        world = withDeletion(world, podKind, key, { gracePeriodSeconds: 0 });
      }
      world = settle(controller, world, KEY).world;
      t.is(readerOf(world).get(namespaceKind, KEY), undefined);
      const left = [podKind, configMapKind, secretKind].flatMap((kind) =>
        readerOf(world).list(kind as typeof podKind),
      );
      t.is(left.length, [...unique.keys()].filter((id) => id.startsWith('other/')).length);
      t.is(settle(controller, world, KEY).passes.length, 0);
    }),
    { numRuns: 50 },
  );
});
