// All kinds that there are. Routes, discovery, OpenAPI, tables, client, ctl and docs are derived from this list.
import { apiVersionOf, type Alias, type KindDefinition } from './definition.ts';
import { analysisRunKind } from './kinds/analysis-run.ts';
import { analysisTemplateKind } from './kinds/analysis-template.ts';
import { clusterAnalysisTemplateKind } from './kinds/cluster-analysis-template.ts';
import { configMapKind } from './kinds/config-map.ts';
import { controllerRevisionKind } from './kinds/controller-revision.ts';
import { cronJobKind } from './kinds/cron-job.ts';
import { daemonSetKind } from './kinds/daemon-set.ts';
import { deploymentKind } from './kinds/deployment.ts';
import { endpointSliceKind } from './kinds/endpoint-slice.ts';
import { eventKind } from './kinds/event.ts';
import { experimentKind } from './kinds/experiment.ts';
import { featureFlagKind } from './kinds/feature-flag.ts';
import { gatewayClassKind } from './kinds/gateway-class.ts';
import { gatewayKind } from './kinds/gateway.ts';
import { httpRouteKind } from './kinds/http-route.ts';
import { ingressClassKind } from './kinds/ingress-class.ts';
import { ingressKind } from './kinds/ingress.ts';
import { jobKind } from './kinds/job.ts';
import { leaseKind } from './kinds/lease.ts';
import { namespaceKind } from './kinds/namespace.ts';
import { nodeKind } from './kinds/node.ts';
import { podKind } from './kinds/pod.ts';
import { priorityClassKind } from './kinds/priority-class.ts';
import { referenceGrantKind } from './kinds/reference-grant.ts';
import { replicaSetKind } from './kinds/replica-set.ts';
import { rolloutKind } from './kinds/rollout.ts';
import { secretKind } from './kinds/secret.ts';
import { serviceAccountKind } from './kinds/service-account.ts';
import { serviceKind } from './kinds/service.ts';
import { tcpRouteKind } from './kinds/tcp-route.ts';
import { trafficSplitKind } from './kinds/traffic-split.ts';
import type { AnyObject } from './meta.ts';

/** Every kind, in the order of discovery. */
export const kinds: readonly KindDefinition[] = [
  configMapKind,
  eventKind,
  namespaceKind,
  nodeKind,
  podKind,
  secretKind,
  serviceKind,
  serviceAccountKind,
  controllerRevisionKind,
  daemonSetKind,
  deploymentKind,
  replicaSetKind,
  cronJobKind,
  jobKind,
  leaseKind,
  endpointSliceKind,
  analysisRunKind,
  analysisTemplateKind,
  clusterAnalysisTemplateKind,
  experimentKind,
  featureFlagKind,
  rolloutKind,
  trafficSplitKind,
  gatewayClassKind,
  gatewayKind,
  httpRouteKind,
  referenceGrantKind,
  tcpRouteKind,
  ingressClassKind,
  ingressKind,
  priorityClassKind,
];

/** A group version and the kinds that are served in it, aliases included. */
export interface GroupVersion {
  group: string;
  version: string;
  kinds: readonly KindDefinition[];
}

/** The group versions of a kind: its own first, then its aliases. */
export function groupVersionsOf(definition: KindDefinition): readonly Alias[] {
  const own = { group: definition.group, version: definition.version };
  return [own, ...(definition.aliases ?? [])];
}

/** The kind as a group version serves it: under its name, and with the fields that it has there. */
function servedDefinition(definition: KindDefinition, { group, version, form }: Alias): KindDefinition {
  if (group === definition.group && version === definition.version) return definition;
  const { aliases: _, ...rest } = definition;
  const { schema, selectableFields } = form ?? definition;
  return { ...rest, group, version, schema, selectableFields };
}

const byResource = new Map<string, KindDefinition>();
const byKind = new Map<string, KindDefinition>();
const byGroupVersion = new Map<string, { group: string; version: string; kinds: KindDefinition[] }>();

for (const definition of kinds) {
  for (const alias of groupVersionsOf(definition)) {
    const { group, version } = alias;
    const groupVersion = group === '' ? version : `${group}/${version}`;
    byResource.set(`${groupVersion}/${definition.resource}`, definition);
    byKind.set(`${groupVersion}/${definition.kind}`, definition);
    const entry = byGroupVersion.get(groupVersion) ?? { group, version, kinds: [] };
    entry.kinds.push(servedDefinition(definition, alias));
    byGroupVersion.set(groupVersion, entry);
  }
}

/** All group versions, core first. */
export const groupVersions: readonly GroupVersion[] = [...byGroupVersion.values()];

/** The kind behind a path, e.g. `('apps', 'v1', 'deployments')`; aliases are resolved. */
export function findResource(group: string, version: string, resource: string): KindDefinition | undefined {
  return byResource.get(group === '' ? `${version}/${resource}` : `${group}/${version}/${resource}`);
}

/** The kind of a manifest, e.g. `('apps/v1', 'Deployment')`; aliases are resolved. */
export function findKind(apiVersion: string, kind: string): KindDefinition | undefined {
  return byKind.get(`${apiVersion}/${kind}`);
}

/** A kind in the form that a group version serves. */
export interface ServedForm {
  definition: KindDefinition;
  /** Whether objects look different from those that are stored, be it by their apiVersion alone. */
  isOther: boolean;
  /** Whether their fields are others too: what is sent has to be translated. */
  hasOwnFields: boolean;
  /** From the stored form. */
  show: (stored: AnyObject) => AnyObject;
  /** To the stored form. */
  store: (shown: AnyObject) => AnyObject;
}

const same = (object: AnyObject): AnyObject => object;

/** The form of a kind in one of its group versions. */
export function servedForm(definition: KindDefinition, at: { group: string; version: string }): ServedForm {
  const alias = groupVersionsOf(definition).find(
    ({ group, version }) => group === at.group && version === at.version,
  );
  const entry = byGroupVersion.get(at.group === '' ? at.version : `${at.group}/${at.version}`);
  const served = entry?.kinds.find(({ resource }) => resource === definition.resource);
  if (served === undefined || served === definition)
    return { definition, isOther: false, hasOwnFields: false, show: same, store: same };
  const form = alias?.form;
  return {
    definition: served,
    isOther: true,
    hasOwnFields: form !== undefined,
    show: (stored) => ({ ...(form?.show(stored) ?? stored), apiVersion: apiVersionOf(served) }),
    store: (shown) => ({ ...(form?.store(shown) ?? shown), apiVersion: apiVersionOf(definition) }),
  };
}

/** Kinds that a user means by a word: plural, singular, short name or kind, with or without `.group`. */
export function findByWord(word: string): readonly KindDefinition[] {
  const wanted = word.toLowerCase();
  return kinds.filter((definition) => {
    const names = [
      definition.resource,
      definition.singular,
      definition.kind.toLowerCase(),
      ...definition.shortNames,
    ];
    const places = groupVersionsOf(definition)
      .filter(({ group }) => group !== '')
      .flatMap(({ group, version }) => [group, `${version}.${group}`]);
    return names.some((name) => wanted === name || places.some((place) => wanted === `${name}.${place}`));
  });
}

/** Kinds of a category, e.g. `all`. */
export function findByCategory(category: string): readonly KindDefinition[] {
  return kinds.filter((definition) => definition.categories.includes(category));
}
