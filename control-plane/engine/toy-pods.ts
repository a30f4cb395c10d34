// What agents and the scheduler do to pods, for tests of plans in the toy world.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { timeText } from '@gantry/kit/time-text';
import { readerOf, withChange, withDeletion, type World } from './toy-world.ts';

/** All pods of the world. */
export function podsOf(world: World): readonly Pod[] {
  return readerOf(world).list(podKind);
}

/** The world with the pod bound to a node. */
export function boundTo(world: World, pod: AnyObject, nodeName: string): World {
  return withChange(world, podKind, keyOf(pod), (current) => ({
    ...current,
    spec: { ...current.spec, nodeName },
  }));
}

/** The world with the pod running, and ready or not. */
export function running(world: World, pod: AnyObject, ready: boolean): World {
  return withPodStatus(world, pod, (before) => {
    const was = before?.conditions?.find(({ type }) => type === 'Ready');
    const status = ready ? 'True' : 'False';
    const lastTransitionTime =
      was?.status === status && was.lastTransitionTime !== undefined
        ? was.lastTransitionTime
        : timeText(world.nowMs);
    return { ...before, phase: 'Running', conditions: [{ type: 'Ready', status, lastTransitionTime }] };
  });
}

/** The world with the pod ended for good. */
export function finished(world: World, pod: AnyObject, phase: 'Succeeded' | 'Failed'): World {
  return withPodStatus(world, pod, (before) => ({ ...before, phase, conditions: [] }));
}

/** The world after every pod on its way out has gone. */
export function stopped(world: World): World {
  return podsOf(world)
    .filter((pod) => pod.metadata.deletionTimestamp !== undefined)
    .reduce((next, pod) => withDeletion(next, podKind, keyOf(pod), { gracePeriodSeconds: 0 }), world);
}

function withPodStatus(
  world: World,
  pod: AnyObject,
  change: (before: Pod['status']) => Pod['status'],
): World {
  const next = (current: Pod): AnyObject => ({ ...current, status: change(current.status) });
  return withChange(world, podKind, keyOf(pod), next, 'status');
}
