// Resources that are no kinds of the registry: reviews, actions on pods, usage, explanations. Discovery lists them beside the
// kinds, and clients look for them there before they ask.
import { explanationResource } from '@gantry/api/explanation';
import { SERVICE_TRAFFIC } from '@gantry/api/service-traffic';
import type { ServerDeps } from './deps.ts';

/** A resource that is served but not stored. */
export interface VirtualResource {
  group: string;
  version: string;
  kind: string;
  /** Plural. */
  resource: string;
  singular: string;
  namespaced: boolean;
  verbs: readonly string[];
}

/** A subresource of a stored kind, in discovery. `kind` may be of another group. */
export interface VirtualSubresource {
  /** `pods` */
  of: string;
  name: string;
  kind: { group: string; version: string; kind: string };
  verbs: readonly string[];
}

const AUTHORIZATION = { group: 'authorization.k8s.io', version: 'v1' };
const AUTHENTICATION = { group: 'authentication.k8s.io', version: 'v1' };
/** The group of resource usage. */
export const METRICS = { group: 'metrics.k8s.io', version: 'v1beta1' };

const REVIEWS: readonly VirtualResource[] = [
  review(AUTHENTICATION, 'SelfSubjectReview'),
  review(AUTHORIZATION, 'SelfSubjectAccessReview'),
  review(AUTHORIZATION, 'SelfSubjectRulesReview'),
];

function review(groupVersion: { group: string; version: string }, kind: string): VirtualResource {
  const singular = kind.toLowerCase();
  return { ...groupVersion, kind, resource: `${singular}s`, singular, namespaced: false, verbs: ['create'] };
}

const USAGE: readonly VirtualResource[] = [
  {
    ...METRICS,
    kind: 'NodeMetrics',
    resource: 'nodes',
    singular: '',
    namespaced: false,
    verbs: ['get', 'list'],
  },
  {
    ...METRICS,
    kind: 'PodMetrics',
    resource: 'pods',
    singular: '',
    namespaced: true,
    verbs: ['get', 'list'],
  },
];

const TRAFFIC: readonly VirtualResource[] = [
  { ...SERVICE_TRAFFIC, singular: '', namespaced: true, verbs: ['get', 'list'] },
];

const EXPLANATIONS: readonly VirtualResource[] = [{ ...explanationResource, verbs: ['list'] }];

/** The virtual resources that this server has. */
export function virtualResources(deps: Pick<ServerDeps, 'usage' | 'traffic'>): readonly VirtualResource[] {
  return [
    ...REVIEWS,
    ...EXPLANATIONS,
    ...(deps.usage === undefined ? [] : USAGE),
    ...(deps.traffic === undefined ? [] : TRAFFIC),
  ];
}

/** The subresources of pods and nodes that this server has. */
export function virtualSubresources(
  deps: Pick<ServerDeps, 'connect' | 'traffic'>,
): readonly VirtualSubresource[] {
  const core = { group: '', version: 'v1' };
  const actions: VirtualSubresource[] = [
    { of: 'pods', name: 'binding', kind: { ...core, kind: 'Binding' }, verbs: ['create'] },
    {
      of: 'pods',
      name: 'eviction',
      kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
      verbs: ['create'],
    },
  ];
  const connects = Object.entries(deps.connect?.subresources ?? {}).map(
    ([name, verb]): VirtualSubresource => {
      if (verb === 'get') return { of: 'pods', name, kind: { ...core, kind: 'Pod' }, verbs: ['get'] };
      const kind = CONNECT_KINDS[name] ?? 'Pod';
      return { of: 'pods', name, kind: { ...core, kind }, verbs: ['create', 'get'] };
    },
  );
  return [...actions, ...connects, ...(deps.traffic === undefined ? [] : [NODE_PROXY])];
}

/** Of all that Kubernetes reaches there, the metrics. */
const NODE_PROXY: VirtualSubresource = {
  of: 'nodes',
  name: 'proxy',
  kind: { group: '', version: 'v1', kind: 'NodeProxyOptions' },
  verbs: ['get'],
};

const CONNECT_KINDS: Readonly<Record<string, string>> = {
  exec: 'PodExecOptions',
  attach: 'PodAttachOptions',
  portforward: 'PodPortForwardOptions',
};

/** Groups without resources of their own that clients look for. */
export const EMPTY_GROUPS: readonly { group: string; version: string }[] = [
  { group: 'policy', version: 'v1' },
];
