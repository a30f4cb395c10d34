// How most scenarios begin: a Deployment that is there.
import type { DeploymentSpec } from '@gantry/api/kinds/deployment';
import type { PodWish } from './behaving-pod.ts';
import { apply } from './doings.ts';
import { deploymentOf } from './manifests.ts';
import { rolledOut, runningUntil } from './sightings.ts';
import type { EngineContainer, World } from './world.ts';

/** Applies the Deployment `web` alone, and waits until all its pods run. @returns their containers. */
export async function bringUp(
  world: World,
  replicas: number,
  pod: PodWish = {},
  more: Partial<DeploymentSpec> = {},
): Promise<readonly EngineContainer[]> {
  await apply(world, deploymentOf('web', replicas, pod, more));
  await rolledOut(world, 'web', replicas);
  return runningUntil(world, replicas);
}
