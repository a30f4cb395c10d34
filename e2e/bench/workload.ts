// The workloads that benchmarks apply, and waiting for their pods over a watch.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@gantry/api/client';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { DEMO_IMAGES } from '@gantry/ctl/up/demo-image';
import { waitFor } from '../cluster/local-world.ts';

export const NAMESPACE = 'default';
const PODS_GONE_WITHIN_MS = 120_000;
const PODS_SO_WITHIN_MS = 60_000;

/** One-container pods of the demo image; `unscheduled` ones ask for a node that does not exist. */
export function deploymentOf(
  name: string,
  replicas: number,
  options: { unscheduled?: boolean } = {},
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 1,
          ...(options.unscheduled === true ? { nodeSelector: { 'bench.gantry.dev/none': 'such' } } : {}),
          containers: [
            {
              name: 'main',
              image: DEMO_IMAGES[0],
              imagePullPolicy: 'Never',
              command: ['sleep', '100000'],
            },
          ],
        },
      },
    },
  };
}

/** A watch on the pods of one app. */
export interface PodWatch {
  /** Resolves when the pods as last seen satisfy the condition. */
  until(isSo: (pods: readonly Pod[]) => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Follows the pods of an app from now on. The connection stands when this resolves. */
export async function watchPods(client: Client, app: string): Promise<PodWatch> {
  const selection = { namespace: NAMESPACE, labelSelector: `app=${app}` };
  const { items, resourceVersion } = await client.list(podKind, selection);
  const pods = new Map(items.map((pod) => [pod.metadata.uid ?? '', pod]));
  const end = new AbortController();
  let look = (): void => undefined;
  const following = (async () => {
    for await (const { type, object } of client.watch(podKind, {
      ...selection,
      resourceVersion,
      signal: end.signal,
    })) {
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED') pods.delete(object.metadata.uid ?? '');
      else pods.set(object.metadata.uid ?? '', object);
      look();
    }
  })().catch((error: unknown) => {
    if (!end.signal.aborted) throw error;
  });
  return {
    until: async (isSo) => {
      const late = new AbortController();
      await Promise.race([
        new Promise<void>((resolve) => {
          look = () => {
            if (isSo([...pods.values()])) resolve();
          };
          look();
        }),
        following.then(() => {
          throw new Error('the watch on the pods has ended');
        }),
        delay(PODS_SO_WITHIN_MS, undefined, { signal: late.signal }).then(() => {
          throw new Error(`the pods of ${app} are not as wanted after ${PODS_SO_WITHIN_MS / 1000} s`);
        }),
      ]).finally(() => {
        late.abort();
      });
    },
    stop: async () => {
      end.abort();
      await following;
    },
  };
}

/** Whether there are so many pods, and all run. */
export function allRun(count: number): (pods: readonly Pod[]) => boolean {
  return (pods) => pods.length === count && pods.every(({ status }) => status?.phase === 'Running');
}

/** Makes a Deployment and waits until all its pods run. */
export async function runDeployment(client: Client, name: string, replicas: number): Promise<void> {
  const watch = await watchPods(client, name);
  await client.create(deploymentKind, deploymentOf(name, replicas));
  await watch.until(allRun(replicas));
  await watch.stop();
}

/** The pods of an app as the API has them. */
export async function podsOf(client: Client, app: string): Promise<Pod[]> {
  return (await client.list(podKind, { namespace: NAMESPACE, labelSelector: `app=${app}` })).items;
}

/** Deletes a Deployment and waits until none of its pods is left. */
export async function removeDeployment(client: Client, name: string): Promise<void> {
  await client.delete(deploymentKind, { namespace: NAMESPACE, name }, { propagationPolicy: 'Background' });
  await waitFor(
    'the end of the pods',
    async () => (await podsOf(client, name)).length === 0,
    PODS_GONE_WITHIN_MS,
  );
}

/** ID on the engine of a pod's only container. */
export function containerIdOf(pod: Pod): string {
  return (pod.status?.containerStatuses?.[0]?.containerID ?? '').replace('docker://', '');
}

/** How often the pod's only container was restarted. */
export function restartsOf(pod: Pod): number {
  return pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
}
