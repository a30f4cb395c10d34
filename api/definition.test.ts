import test from 'ava';
import { objectIdOf, resourceIdOf, singularIdOf } from './definition.ts';
import { deploymentKind } from './kinds/deployment.ts';
import { podKind } from './kinds/pod.ts';

test('kinds and objects are named with their group, unless it is the core', (t) => {
  t.is(resourceIdOf(podKind), 'pods');
  t.is(resourceIdOf(deploymentKind), 'deployments.apps');
  t.is(singularIdOf(podKind), 'pod');
  t.is(objectIdOf(podKind, 'web-1'), 'pod/web-1');
  t.is(objectIdOf(deploymentKind, 'web'), 'deployment.apps/web');
});
