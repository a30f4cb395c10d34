// The garbage collector in a toy world: tables of what may stay, and trees that go whole, wherever it dies.
import test from 'ava';
import fc from 'fast-check';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { nodeKind } from '@gantry/api/kinds/node';
import { secretKind } from '@gantry/api/kinds/secret';
import type { KindDefinition } from '@gantry/api/definition';
import { keyOf, type AnyObject, type OwnerReference } from '@gantry/api/meta';
import { findKind, kinds } from '@gantry/api/registry';
import { invariant } from '@gantry/kit/invariant';
import type { Controller } from '../../engine/controller.ts';
import { passIn, settleAll } from '../../engine/settle.ts';
import { emptyWorld, readerOf, withDeletion, withObject, type World } from '../../engine/toy-world.ts';
import { createGarbageControllers } from './garbage-controllers.ts';

const controllers = createGarbageControllers(kinds, findKind) as Controller[];
const DEFINITIONS: Readonly<Record<string, KindDefinition>> = {
  ConfigMap: configMapKind,
  Secret: secretKind,
  Node: nodeKind,
  Namespace: namespaceKind,
};

function definitionOf(kind: string): KindDefinition {
  const definition = DEFINITIONS[kind];
  invariant(definition !== undefined, kind);
  return definition;
}

function owner(kind: string, name: string, parts: Partial<OwnerReference> = {}): OwnerReference {
  return { apiVersion: 'v1', kind, name, uid: `uid-${kind}-${name}`, ...parts };
}

function thing(
  kind: string,
  name: string,
  owners: OwnerReference[] = [],
  finalizers: string[] = [],
): AnyObject {
  const namespaced = definitionOf(kind).namespaced;
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      uid: `uid-${kind}-${name}`,
      ...(namespaced ? { namespace: 'default' } : {}),
      ...(owners.length === 0 ? {} : { ownerReferences: owners }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
    },
    ...(kind === 'Node' ? { spec: {} } : {}),
  };
}

function worldOf(...objects: AnyObject[]): World {
  return objects.reduce(
    (world, object) => withObject(world, definitionOf(object.kind), object),
    emptyWorld(),
  );
}

function names(world: World): string[] {
  return Object.values(DEFINITIONS).flatMap((definition) =>
    readerOf(world)
      .list(definition)
      .map(({ kind, metadata }) => `${kind} ${metadata.name ?? ''}`),
  );
}

function settled(world: World): World {
  return settleAll(controllers, world).world;
}

function without(
  world: World,
  kind: string,
  name: string,
  policy: 'Background' | 'Foreground' | 'Orphan',
): World {
  const definition = definitionOf(kind);
  const namespace = definition.namespaced ? 'default' : '';
  return withDeletion(world, definition, { namespace, name }, { propagationPolicy: policy });
}

function ownersOf(world: World, kind: string, name: string): string[] {
  const object = readerOf(world).get(definitionOf(kind), { namespace: 'default', name });
  return (object?.metadata.ownerReferences ?? []).map((reference) => reference.name);
}

test('an object without owners, and one whose owner is there, stay', (t) => {
  const world = worldOf(thing('ConfigMap', 'a'), thing('Secret', 's', [owner('ConfigMap', 'a')]));
  t.is(settled(world), world);
});

test('an object whose owner is gone goes', (t) => {
  const world = worldOf(thing('Secret', 's', [owner('ConfigMap', 'a')]));
  t.deepEqual(names(settled(world)), []);
});

test('an owner of the same name with another uid is no owner', (t) => {
  const world = worldOf(
    thing('ConfigMap', 'a'),
    thing('Secret', 's', [owner('ConfigMap', 'a', { uid: 'old' })]),
  );
  t.deepEqual(names(settled(world)), ['ConfigMap a']);
});

test('the deletion asks the store once more whether the owner is truly gone', (t) => {
  const world = worldOf(thing('Secret', 's', [owner('ConfigMap', 'a')]));
  const secrets = controllers.find(({ name }) => name === 'garbage-secrets');
  invariant(secrets !== undefined, 'one controller a kind');
  const action = passIn(world, secrets, { namespace: 'default', name: 's' })?.plan.actions[0];
  t.is(action?.type, 'delete');
  if (action?.type !== 'delete') return;
  t.deepEqual(
    action.onlyIfAbsent?.map(({ name, uid }) => [name, uid]),
    [['a', 'uid-ConfigMap-a']],
  );
});

test('with one owner left it stays and lets go of the other', (t) => {
  const owners = [owner('ConfigMap', 'a'), owner('ConfigMap', 'gone')];
  const world = settled(worldOf(thing('ConfigMap', 'a'), thing('Secret', 's', owners)));
  t.deepEqual(names(world), ['ConfigMap a', 'Secret s']);
  t.deepEqual(ownersOf(world, 'Secret', 's'), ['a']);
});

test('an owner of a kind that is not served here is left to others', (t) => {
  const foreign = owner('Widget', 'w', { apiVersion: 'example.com/v1' });
  t.deepEqual(names(settled(worldOf(thing('Secret', 's', [foreign])))), ['Secret s']);
});

test('a cluster-wide owner keeps an object in a namespace', (t) => {
  const world = worldOf(thing('Node', 'n'), thing('Secret', 's', [owner('Node', 'n')]));
  t.deepEqual(names(settled(world)), ['Secret s', 'Node n']);
  t.deepEqual(names(settled(without(world, 'Node', 'n', 'Background'))), []);
});

test('a cluster-wide object cannot belong to one in a namespace: told, and left alone', (t) => {
  const world = settled(worldOf(thing('Node', 'n', [owner('ConfigMap', 'a')])));
  t.deepEqual(names(world), ['Node n']);
  t.true(world.events.every(({ reason }) => reason === 'OwnerRefInvalidNamespace'));
  t.true(world.events.length > 0);
});

test('an owner in another namespace does not count: told, and collected', (t) => {
  const elsewhere = thing('ConfigMap', 'a');
  elsewhere.metadata.namespace = 'other';
  const world = settled(worldOf(elsewhere, thing('Secret', 's', [owner('ConfigMap', 'a')])));
  t.deepEqual(names(world), ['ConfigMap a']);
  t.is(world.events[0]?.message, 'ownerRef ConfigMap a does not exist in namespace "default"');
});

const tree = (): World =>
  worldOf(
    thing('ConfigMap', 'root'),
    thing('ConfigMap', 'branch', [owner('ConfigMap', 'root', { blockOwnerDeletion: true })]),
    thing('Secret', 'leaf', [owner('ConfigMap', 'branch', { blockOwnerDeletion: true })]),
  );

test('in the background the root goes first, and all that hangs on it follows', (t) => {
  const world = without(tree(), 'ConfigMap', 'root', 'Background');
  t.deepEqual(names(world), ['ConfigMap branch', 'Secret leaf']);
  t.deepEqual(names(settled(world)), []);
});

test('in the foreground the leaves go first', (t) => {
  const gone: string[] = [];
  const world = without(tree(), 'ConfigMap', 'root', 'Foreground');
  t.is(names(world).length, 3);
  const { world: end } = settleAll(controllers, world, {
    witness: (after, _action, before) => {
      gone.push(...names(before).filter((name) => !names(after).includes(name)));
    },
  });
  t.deepEqual(names(end), []);
  t.deepEqual(gone, ['Secret leaf', 'ConfigMap branch', 'ConfigMap root']);
});

test('in the foreground a dependent that somebody keeps keeps the owner', (t) => {
  const kept = thing(
    'Secret',
    's',
    [owner('ConfigMap', 'a', { blockOwnerDeletion: true })],
    ['example.com/keep'],
  );
  const world = settled(without(worldOf(thing('ConfigMap', 'a'), kept), 'ConfigMap', 'a', 'Foreground'));
  t.deepEqual(names(world), ['ConfigMap a', 'Secret s']);
  const free = thing('Secret', 's', [owner('ConfigMap', 'a')], ['example.com/keep']);
  const other = settled(without(worldOf(thing('ConfigMap', 'a'), free), 'ConfigMap', 'a', 'Foreground'));
  t.deepEqual(names(other), ['Secret s'], 'unless it does not block');
});

test('orphaning sets the dependents free', (t) => {
  const world = settled(without(tree(), 'ConfigMap', 'root', 'Orphan'));
  t.deepEqual(names(world), ['ConfigMap branch', 'Secret leaf']);
  t.deepEqual(ownersOf(world, 'ConfigMap', 'branch'), []);
  t.deepEqual(ownersOf(world, 'Secret', 'leaf'), ['branch']);
});

test('whatever the graph, and wherever it dies: it settles, and just what has a living owner or none stays', (t) => {
  const graphs = fc.array(fc.array(fc.nat(11), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      graphs,
      fc.array(fc.nat(11), { maxLength: 4 }),
      fc.array(fc.nat(2), { maxLength: 6 }),
      (graph, roots, crashes) => {
        // Only earlier objects may be owners, as in life: an owner is there before what it owns.
        const ownersAt = graph.map((picks, index) => [...new Set(picks.filter((pick) => pick < index))]);
        const objects = ownersAt.map((owners, index) =>
          thing(
            'ConfigMap',
            `c${index}`,
            owners.map((each) => owner('ConfigMap', `c${each}`, { blockOwnerDeletion: true })),
          ),
        );
        let world = worldOf(...objects);
        const doomed = new Set(roots.filter((root) => root < objects.length));
        for (const root of doomed)
          world = without(world, 'ConfigMap', `c${root}`, root % 2 === 0 ? 'Background' : 'Foreground');
        for (const crashAfter of crashes) {
          for (const controller of controllers) {
            for (const object of readerOf(world).list(controller.definition)) {
              world = passIn(world, controller, keyOf(object), { crashAfter })?.world ?? world;
            }
          }
        }
        const { world: end } = settleAll(controllers, world);
        const alive = new Set<number>();
        ownersAt.forEach((owners, index) => {
          const keeps = owners.length === 0 || owners.some((each) => alive.has(each));
          if (keeps && !doomed.has(index)) alive.add(index);
        });
        t.deepEqual(names(end).sort(), [...alive].map((index) => `ConfigMap c${index}`).sort());
        t.is(settleAll(controllers, end).passes.length, 0);
      },
    ),
    { numRuns: 60 },
  );
});
