// Where resources are found. Pure.

/** A resource, as the page asks for it. */
export interface ResourceRef {
  /** '' for the core group. */
  group: string;
  version: string;
  resource: string;
  kind: string;
  namespaced: boolean;
}

const CORE = { group: '', version: 'v1' };
const APPS = { group: 'apps', version: 'v1' };
const BATCH = { group: 'batch', version: 'v1' };
const OURS = { group: 'gantry.dev', version: 'v1alpha1' };
const GATEWAY = { group: 'gateway.networking.k8s.io', version: 'v1' };

/** What the page knows by name; the key is the word in the page's addresses. */
export const RESOURCES = {
  namespaces: { ...CORE, resource: 'namespaces', kind: 'Namespace', namespaced: false },
  nodes: { ...CORE, resource: 'nodes', kind: 'Node', namespaced: false },
  pods: { ...CORE, resource: 'pods', kind: 'Pod', namespaced: true },
  services: { ...CORE, resource: 'services', kind: 'Service', namespaced: true },
  configmaps: { ...CORE, resource: 'configmaps', kind: 'ConfigMap', namespaced: true },
  secrets: { ...CORE, resource: 'secrets', kind: 'Secret', namespaced: true },
  events: { ...CORE, resource: 'events', kind: 'Event', namespaced: true },
  deployments: { ...APPS, resource: 'deployments', kind: 'Deployment', namespaced: true },
  replicasets: { ...APPS, resource: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  daemonsets: { ...APPS, resource: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  controllerrevisions: {
    ...APPS,
    ...{ resource: 'controllerrevisions', kind: 'ControllerRevision', namespaced: true },
  },
  jobs: { ...BATCH, resource: 'jobs', kind: 'Job', namespaced: true },
  cronjobs: { ...BATCH, resource: 'cronjobs', kind: 'CronJob', namespaced: true },
  endpointslices: {
    ...{ group: 'discovery.k8s.io', version: 'v1' },
    ...{ resource: 'endpointslices', kind: 'EndpointSlice', namespaced: true },
  },
  leases: {
    ...{ group: 'coordination.k8s.io', version: 'v1' },
    ...{ resource: 'leases', kind: 'Lease', namespaced: true },
  },
  gateways: { ...GATEWAY, resource: 'gateways', kind: 'Gateway', namespaced: true },
  httproutes: { ...GATEWAY, resource: 'httproutes', kind: 'HTTPRoute', namespaced: true },
  ingresses: {
    ...{ group: 'networking.k8s.io', version: 'v1' },
    ...{ resource: 'ingresses', kind: 'Ingress', namespaced: true },
  },
  rollouts: { ...OURS, resource: 'rollouts', kind: 'Rollout', namespaced: true },
  analysisruns: { ...OURS, resource: 'analysisruns', kind: 'AnalysisRun', namespaced: true },
  analysistemplates: { ...OURS, resource: 'analysistemplates', kind: 'AnalysisTemplate', namespaced: true },
  experiments: { ...OURS, resource: 'experiments', kind: 'Experiment', namespaced: true },
  featureflags: { ...OURS, resource: 'featureflags', kind: 'FeatureFlag', namespaced: true },
  trafficsplits: { ...OURS, resource: 'trafficsplits', kind: 'TrafficSplit', namespaced: true },
} as const satisfies Record<string, ResourceRef>;

/** A word for a resource in the page's addresses. */
export type ResourceWord = keyof typeof RESOURCES;

/** The collection of a resource; in all namespaces where none is given. */
export function collectionPath({ group, version, resource }: ResourceRef, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined || namespace === ''
    ? `${root}/${resource}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

/** One object. */
export function objectPath(ref: ResourceRef, namespace: string | undefined, name: string): string {
  const collection = collectionPath(ref, ref.namespaced ? namespace : undefined);
  return `${collection}/${encodeURIComponent(name)}`;
}

/** What of a collection is wanted. */
export interface WatchSelection {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Names and labels only: Secrets are watched so. */
  metadataOnly?: boolean;
}

/** The path of a live list: what there is, then every change. Without managers: nobody looks at them here. */
export function watchPath(ref: ResourceRef, selection: WatchSelection = {}): string {
  const query = new URLSearchParams({
    watch: '1',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
    omit: 'managedFields',
  });
  const { namespace, labelSelector, fieldSelector, metadataOnly } = selection;
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
  if (metadataOnly === true) query.set('as', 'PartialObjectMetadata');
  return `${collectionPath(ref, ref.namespaced ? namespace : undefined)}?${query}`;
}

/** Watched, but without a page of their own. */
const WITHOUT_VIEW: ReadonlySet<ResourceWord> = new Set(['controllerrevisions', 'endpointslices', 'leases']);

/** The resource of a kind, if the page has a view of it. */
export function resourceOfKind(kind: string): ResourceWord | undefined {
  const words = Object.keys(RESOURCES) as ResourceWord[];
  return words.find((word) => RESOURCES[word].kind === kind && !WITHOUT_VIEW.has(word));
}
