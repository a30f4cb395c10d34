import test from 'ava';
import { applyWaves } from './apply-order.ts';
import type { AnyObject } from './meta.ts';

type Listed = { object: AnyObject };

const listed = (kind: string, name = 'x', spec: unknown = {}): Listed => ({
  object: { apiVersion: 'v1', kind, metadata: { name }, spec },
});
const rollout = (name: string, ...needs: string[]): Listed =>
  listed('Rollout', name, { dependsOn: needs.map((other) => ({ name: other })) });
const named = (waves: readonly Listed[][]): string[][] =>
  waves.map((wave) => wave.map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`));

test('what others live in or name comes first, the rest in the order of the files', (t) => {
  const waves = applyWaves(['Service', 'Secret', 'Job', 'Namespace'].map((kind) => listed(kind)));
  t.deepEqual(named(waves), [['Namespace x'], ['Secret x'], ['Service x', 'Job x']]);
  t.deepEqual(applyWaves([]), []);
});

test('a Rollout comes after those it depends on, wherever they stand', (t) => {
  const waves = applyWaves([
    rollout('page', 'front', 'ads'),
    rollout('front', 'back', 'not-in-these-files'),
    listed('Service', 'back'),
    rollout('back'),
  ]);
  t.deepEqual(named(waves), [['Service back', 'Rollout back'], ['Rollout front'], ['Rollout page']]);
});

test('a circle and what is no list are applied all the same: the server says what is wrong', (t) => {
  t.deepEqual(named(applyWaves([rollout('a', 'b'), rollout('b', 'a'), rollout('c')])), [
    ['Rollout c'],
    ['Rollout a', 'Rollout b'],
  ]);
  for (const spec of [null, { dependsOn: 'y' }, { dependsOn: [null, 5] }])
    t.is(applyWaves([listed('Rollout', 'x', spec)]).flat().length, 1);
});

test('a row without an end is cut', (t) => {
  const row = Array.from({ length: 200 }, (_, index) => rollout(`r${index}`, `r${index - 1}`));
  const waves = applyWaves(row.toReversed());
  t.is(waves.length, 65);
  t.is(waves.flat().length, 200);
});
