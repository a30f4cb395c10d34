// What scenarios look at and wait for.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { isNotFound } from '@gantry/api/status-error';
import { until } from './until.ts';
import type { EngineContainer, World } from './world.ts';

/** The pods of the scenario's namespace. */
export async function podsIn(world: World, labelSelector?: string): Promise<Pod[]> {
  const { client, namespace } = world;
  const selector = labelSelector === undefined ? {} : { labelSelector };
  return (await client.list<Pod>(podKind, { namespace, ...selector })).items;
}

/** Waits until the object is as wanted. @throws Error with its status when it does not get there. */
export function objectUntil<T extends AnyObject>(
  world: World,
  definition: KindDefinition<T>,
  name: string,
  what: string,
  isWanted: (object: T) => boolean,
  patienceMs?: number,
): Promise<T> {
  const look = async (): Promise<T> => {
    const object = await world.client.get<T>(definition, { namespace: world.namespace, name });
    if (!isWanted(object)) throw new Error(JSON.stringify(object['status']));
    return object;
  };
  return until(world, `${definition.kind} ${name} ${what}`, look, patienceMs);
}

/** Waits until an object is no longer there. */
export function goneUntil(world: World, definition: KindDefinition, name: string): Promise<true> {
  return until(world, `${definition.kind} ${name} gone`, () => isGone(world, definition, name));
}

async function isGone(world: World, definition: KindDefinition, name: string): Promise<true | undefined> {
  try {
    await world.client.get(definition, { namespace: world.namespace, name });
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

/** Waits until all replicas are there, of the newest template, and ready. */
export function rolledOut(world: World, name: string, replicas: number): Promise<Deployment> {
  return objectUntil<Deployment>(world, deploymentKind, name, `with ${replicas} replicas`, (deployment) => {
    const { metadata, status } = deployment;
    const { readyReplicas = 0, updatedReplicas = 0, replicas: all = 0 } = status ?? {};
    const isSeen = status?.observedGeneration === metadata.generation;
    return isSeen && [readyReplicas, updatedReplicas, all].every((count) => count === replicas);
  });
}

/** Waits until there are so many pods, and the engines run one container for each and hold no others. */
export function runningUntil(world: World, count: number): Promise<readonly EngineContainer[]> {
  return until(world, `${count} pods that run`, async () => {
    const pods = await podsIn(world);
    if (pods.length !== count) throw new Error(`${pods.length} pods`);
    const containers = await world.containers();
    if (containers.length === count && containers.every((one) => one.running)) return containers;
    throw new Error(JSON.stringify(containers));
  });
}

/** Equal before and after when nothing was started anew. */
export function runsOf(containers: readonly EngineContainer[]): string[] {
  return containers
    .filter((container) => container.running)
    .map(({ pod, id, startedAt }) => `${pod} ${id} ${startedAt}`)
    .toSorted();
}

/** How often the pod's container was started again. */
export function restartsOf({ status }: Pod): number {
  return status?.containerStatuses?.[0]?.restartCount ?? 0;
}
