import test from 'ava';
import type { RolloutSpec } from '../kinds/rollout.ts';
import { countedPods, newPods, stablePods } from './pods.ts';

const spec = (canary: RolloutSpec['strategy']['canary'], replicas = 10): RolloutSpec => ({
  replicas,
  strategy: { canary: canary ?? {} },
});

test('split traffic: as many new pods as the share needs, rounded up; more for routes and minima', (t) => {
  t.is(newPods(spec({}), { routes: [] }, 5), 1);
  t.is(newPods(spec({}), { routes: [] }, 21), 3);
  t.is(newPods(spec({}), { routes: [] }, 0), 0);
  t.is(newPods(spec({}), { routes: [1] }, 0), 1);
  t.is(newPods(spec({}), { routes: [], mirrors: [1] }, 0), 1);
  t.is(newPods(spec({ minPodsPerReplicaSet: 3 }), { routes: [] }, 5), 3);
  t.is(newPods(spec({}), { routes: [], pods: 7 }, 5), 7);
});

test('the stable version keeps its size unless dynamicStableScale lets it shrink', (t) => {
  t.is(stablePods(spec({}), 80), 10);
  t.is(stablePods(spec({ dynamicStableScale: true }), 80), 2);
  t.is(stablePods(spec({ dynamicStableScale: true, exposure: { maxPercent: 80 } }), 80), 2);
});

test('beside an audience the stable version keeps its size: all other requests are its own', (t) => {
  const audience = [{ request: { headers: [{ name: 'x-beta', value: 'yes' }] } }];
  t.is(stablePods(spec({ dynamicStableScale: true, exposure: { audience } }), 80), 10);
});

test('counted pods: the nearest number, one of the stable version stays where there is room', (t) => {
  t.deepEqual(countedPods(spec({}), 25), { canary: 3, stable: 7 });
  t.deepEqual(countedPods(spec({ maxSurge: 1 }, 1), 50), { canary: 1, stable: 1 });
  t.deepEqual(countedPods(spec({ maxSurge: 0 }, 1), 50), { canary: 1, stable: 0 });
});
