// Objects that the tests in a browser are about.
import { TALKING_IMAGE } from './toy-images.ts';

/** A pod that talks, or does what another program of its image does. */
export function toyPod(name: string, metadata: object = {}, program = 'talk'): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'app', image: TALKING_IMAGE, command: [program] }],
    },
  };
}

/** Pods that are ready as soon as they run. */
function template(labels: Record<string, string>, image: string): object {
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } };
  return {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image, resources }] },
  };
}

export function toyDeployment(name: string, replicas: number, image = 'toy.example/web:1'): object {
  const labels = { app: name };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    spec: { replicas, selector: { matchLabels: labels }, template: template(labels, image) },
  };
}

export function toyService(name: string, app: string): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
    spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

/** A canary that waits to be promoted at 25 % and at 50 %, and its two Services. */
export function toyCanary(name: string, replicas = 4, image = 'toy.example/shop:1'): object[] {
  const labels = { app: name };
  const steps = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }];
  const canary = { stableService: name, canaryService: `${name}-canary`, scaleDownDelaySeconds: 1, steps };
  return [
    toyService(name, name),
    toyService(`${name}-canary`, name),
    {
      ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', metadata: { name } },
      spec: {
        ...{ replicas, selector: { matchLabels: labels }, strategy: { canary } },
        template: template(labels, image),
      },
    },
  ];
}
