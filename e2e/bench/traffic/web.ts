// What the traffic benchmarks send their requests to: a Deployment of the demo's server and a Service in front of it.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { DEMO_IMAGES } from '@gantry/ctl/up/demo-image';
import { waitFor, type LocalWorld } from '../../cluster/local-world.ts';
import { NAMESPACE } from '../workload.ts';
import type { LoadWish } from '../../cluster/load/load.ts';

export const APP = 'web';
const READY_WITHIN_MS = 120_000;

/** @param parallel pods that are replaced at once. */
export function webDeployment(replicas: number, parallel: number, tolerationSeconds = 300): Deployment {
  const unreachable = {
    key: 'node.kubernetes.io/unreachable',
    operator: 'Exists',
    effect: 'NoExecute',
  } as const;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: APP, namespace: NAMESPACE },
    spec: {
      replicas,
      selector: { matchLabels: { app: APP } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: parallel, maxUnavailable: 0 } },
      template: {
        metadata: { labels: { app: APP } },
        spec: {
          terminationGracePeriodSeconds: 1,
          tolerations: [{ ...unreachable, tolerationSeconds }],
          containers: [
            {
              name: 'main',
              image: DEMO_IMAGES[0],
              imagePullPolicy: 'Never',
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  };
}

/** Port 80 as HTTP, port 81 as TCP. @returns its address. */
export async function makeWebService({ client }: LocalWorld): Promise<string> {
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: APP, namespace: NAMESPACE },
    spec: {
      selector: { app: APP },
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'raw', port: 81, targetPort: 'http' },
      ],
    },
  };
  return (await client.create(serviceKind, service)).spec.clusterIP ?? '';
}

/** Waits until the Deployment has what it asks for, all of its newest template. */
export async function untilAvailable({ client }: LocalWorld, replicas: number): Promise<void> {
  await waitFor(
    `${replicas} available pods`,
    async () => {
      const { status, metadata } = await client.get(deploymentKind, { namespace: NAMESPACE, name: APP });
      const isSeen = status?.observedGeneration === metadata.generation;
      const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
      return isSeen && counts.every((count) => count === replicas);
    },
    READY_WITHIN_MS,
  );
}

/** Three clients each way, as fast as they can. */
export function fullLoad(host: string): LoadWish {
  const http = { host, port: 80 };
  return { targets: { 'keep-alive': http, new: http, tcp: { host, port: 81 } }, clients: 3, pauseMs: 2 };
}
