// A DaemonSet with nodes and pods in the toy world, for tests: what users do, and what scheduler and agents do.
import { daemonSetKind, type DaemonSet } from '@gantry/api/kinds/daemon-set';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { settle } from '../../engine/settle.ts';
import { boundTo, podsOf, running, stopped } from '../../engine/toy-pods.ts';
import {
  emptyWorld,
  readerOf,
  withChange,
  withObject,
  withObjects,
  type World,
} from '../../engine/toy-world.ts';
import { isActive, isReady } from '../pod-condition.ts';
import { aDaemonSet } from '../toy-workloads.ts';
import { daemonSetController } from './daemon-set-controller.ts';
import { targetNodeOf } from './placement.ts';

/** The key of the DaemonSet in these tests. */
export const WEB = { namespace: 'default', name: 'web' };
/** The controller under test. */
export const controller = daemonSetController();

/** A node, tainted or labelled as told. */
export function aNode(
  name: string,
  parts: { labels?: Record<string, string>; taints?: Node['spec']['taints'] } = {},
): Node {
  const { labels, taints } = parts;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    spec: taints === undefined ? {} : { taints },
  };
}

/** A world with `count` nodes, n0 and on, and the DaemonSet. */
export function worldOf(count: number, spec: Partial<DaemonSet['spec']> = {}): World {
  const nodes = Array.from({ length: count }, (_, index) => aNode(`n${index}`));
  return withObject(withObjects(emptyWorld(), nodeKind, nodes), daemonSetKind, aDaemonSet(spec));
}

/** The DaemonSet as it stands. */
export function daemonSetIn(world: World): DaemonSet {
  const daemonSet = readerOf(world).get(daemonSetKind, WEB);
  if (daemonSet === undefined) throw new Error('there is no DaemonSet web');
  return daemonSet;
}

/** Active pods. */
export function activePods(world: World): readonly Pod[] {
  return podsOf(world).filter(isActive);
}

/** `node image` of each active pod, sorted; unready ones with an exclamation mark. */
export function layout(world: World): string[] {
  return activePods(world)
    .map((pod) => `${targetNodeOf(pod)} ${pod.spec.containers[0]?.image ?? ''}${isReady(pod) ? '' : '!'}`)
    .sort();
}

/** A user changes the DaemonSet's spec. */
export function edited(world: World, change: (spec: DaemonSet['spec']) => DaemonSet['spec']): World {
  return withChange(world, daemonSetKind, WEB, (current) => ({ ...current, spec: change(current.spec) }));
}

/** A user sets another image. */
export function withImage(world: World, image: string): World {
  return edited(world, (spec) => ({
    ...spec,
    template: { ...spec.template, spec: { containers: [{ name: 'main', image }] } },
  }));
}

/** A user or an operator changes a node. */
export function withNode(world: World, name: string, change: (node: Node) => Node): World {
  return withChange(world, nodeKind, { namespace: '', name }, change);
}

/** Pods go where they are meant to; up to `count` become ready; those on their way out end. */
export function agentsAct(world: World, count = Infinity, broken: readonly string[] = []): World {
  let next = stopped(world);
  for (const pod of activePods(next)) {
    if ((pod.spec.nodeName ?? '') === '') next = boundTo(next, pod, targetNodeOf(pod));
  }
  const starting = activePods(next).filter(
    (pod) => !isReady(pod) && !broken.includes(pod.spec.containers[0]?.image ?? ''),
  );
  return starting.slice(0, count).reduce((now, pod) => running(now, pod, true), next);
}

/** Controller and agents in turn until all is still. */
export function rolledOut(start: World, agents: (world: World) => World = agentsAct): World {
  let world = start;
  for (let round = 0; round < 60; round += 1) {
    const next = agents(settle(controller, world, WEB).world);
    if (next.revision === world.revision) return next;
    world = next;
  }
  throw new Error('the rollout does not end');
}
