// What the benchmarks of releases release: a Rollout of the demo's server with the two Services that its strategy names.
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import type { BlueGreenStrategy, CanaryStrategy } from '@gantry/api/kinds/rollout/strategy';
import type { Service } from '@gantry/api/kinds/service';
import { DEMO_IMAGES } from '@gantry/ctl/up/demo-image';
import { RELEASES, type ReleaseStage } from '../../cluster/release-stage.ts';

const REPLICAS = 3;
/** Pods of the version that loses stay this long: short, since rounds take turns. */
const DELAYS = { scaleDownDelaySeconds: 1, abortScaleDownDelaySeconds: 1 };

/** Makes version 1 of a canary and waits until it is healthy. The traffic is that of the Service of the same name. */
export async function makeCanary(stage: ReleaseStage, name: string, canary: CanaryStrategy): Promise<void> {
  const services = { stableService: name, canaryService: `${name}-canary` };
  await makeRelease(stage, name, [services.stableService, services.canaryService], {
    canary: { ...DELAYS, ...services, ...canary },
  });
}

/** The same for blue and green, which switch by themselves. */
export async function makeBlueGreen(stage: ReleaseStage, name: string): Promise<void> {
  const services = { activeService: name, previewService: `${name}-preview` };
  const blueGreen: BlueGreenStrategy = { ...DELAYS, ...services };
  await makeRelease(stage, name, [services.activeService, services.previewService], { blueGreen });
}

async function makeRelease(
  stage: ReleaseStage,
  name: string,
  services: readonly string[],
  strategy: Rollout['spec']['strategy'],
): Promise<void> {
  const rollout: Rollout = {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: RELEASES },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: { app: name } },
      strategy,
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 5, containers: [containerOf(1, 0)] },
      },
    },
  };
  await stage.make(RELEASES, ...services.map((service) => serviceOf(service, name)), rollout);
  await stage.healthy(name);
}

/** @param failPercent of its answers are 500. */
export async function release(
  stage: ReleaseStage,
  name: string,
  version: number,
  failPercent = 0,
): Promise<void> {
  const patch = { spec: { template: { spec: { containers: [containerOf(version, failPercent)] } } } };
  await stage.client.patch(rolloutKind, { namespace: RELEASES, name }, 'merge', patch);
}

function containerOf(version: number, failPercent: number) {
  return {
    name: 'app',
    image: DEMO_IMAGES[0],
    imagePullPolicy: 'Never' as const,
    env: [
      { name: 'VERSION', value: String(version) },
      { name: 'FAIL', value: String(failPercent) },
    ],
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
  };
}

function serviceOf(name: string, app: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}
