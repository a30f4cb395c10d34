// A cluster with one of everything, named as an attacker would name it: what is shown of it has to stay text.
import type { BrowserStage } from './browser-stage.ts';
import { HOSTILE_LINE } from './toy-images.ts';
import { toyCanary, toyDeployment, toyPod, toyService } from './toy-objects.ts';

/** For annotations, messages and values. */
export const HOSTILE = HOSTILE_LINE;
export const HOSTILE_LINK = 'javascript:alert(1)';

/** An object for each view with objects: `word` to its namespace (`-`: none) and name. */
export const OBJECTS: Readonly<Record<string, readonly [namespace: string, name: string]>> = {
  rollouts: ['default', 'shop'],
  deployments: ['default', 'web'],
  daemonsets: ['default', 'watcher'],
  pods: ['default', 'talker'],
  nodes: ['-', 'north'],
  jobs: ['default', 'once'],
  cronjobs: ['default', 'nightly'],
  services: ['default', 'shop'],
  configmaps: ['default', 'settings'],
  secrets: ['default', 'password'],
  namespaces: ['-', 'default'],
  featureflags: ['default', 'banner'],
  gateways: ['default', 'door'],
  httproutes: ['default', 'all'],
  ingresses: ['default', 'old-door'],
};

/** Views whose objects are named by controllers: any will do. */
export const NAMED_BY_CONTROLLERS: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  replicasets: ['apps/v1', 'ReplicaSet'],
  trafficsplits: ['gantry.dev/v1alpha1', 'TrafficSplit'],
};

/** Makes them. */
export async function makeCast(stage: BrowserStage): Promise<void> {
  const marked = { annotations: { note: HOSTILE, link: HOSTILE_LINK } };
  const labels = { app: 'watcher' };
  const template = {
    metadata: { labels, ...marked },
    spec: { containers: [{ name: 'app', image: 'toy.example/watcher:1' }] },
  };
  const job = {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'toy.example/job:1' }] } },
  };
  const flag = {
    ...{ state: 'ENABLED', defaultVariant: 'plain' },
    ...{ variants: { plain: 'none', loud: HOSTILE }, metadata: { description: HOSTILE } },
  };
  await stage.make(
    'default',
    ...toyCanary('shop'),
    toyDeployment('web', 3),
    toyService('web', 'web'),
    toyPod('talker', marked),
    {
      ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'watcher', ...marked } },
      spec: { selector: { matchLabels: labels }, template },
    },
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once', ...marked }, spec: job },
    {
      ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly', ...marked } },
      spec: { schedule: '0 3 * * *', jobTemplate: { spec: job } },
    },
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', ...marked } },
      data: { 'page.html': HOSTILE, link: HOSTILE_LINK },
    },
    {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password', ...marked } },
      stringData: { word: HOSTILE },
    },
    {
      ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata: { name: 'banner', ...marked } },
      spec: { flagSpec: { flags: { loud: flag } } },
    },
    ...doors(),
    {
      ...{
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'talker.1' },
        type: 'Warning',
        reason: 'Hostile',
      },
      ...{ message: HOSTILE, involvedObject: { kind: 'Pod', namespace: 'default', name: 'talker' } },
      ...{ firstTimestamp: new Date().toISOString(), lastTimestamp: new Date().toISOString(), count: 1 },
    },
  );
}

/** What leads to Services from outside. */
function doors(): object[] {
  const gateway = { apiVersion: 'gateway.networking.k8s.io/v1' };
  const service = { name: 'web', port: { number: 80 } };
  const rule = { http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } };
  return [
    {
      ...{ ...gateway, kind: 'Gateway', metadata: { name: 'door' } },
      spec: { gatewayClassName: 'gantry', listeners: [{ name: 'http', protocol: 'HTTP', port: 8080 }] },
    },
    {
      ...{ ...gateway, kind: 'HTTPRoute', metadata: { name: 'all' } },
      spec: { parentRefs: [{ name: 'door' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
    },
    {
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'old-door' } },
      spec: { rules: [rule] },
    },
  ];
}
