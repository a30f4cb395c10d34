// Leads each Rollout from version to version through its ReplicaSets, its Services and the split between them.
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { clusterAnalysisTemplateKind } from '@gantry/api/kinds/cluster-analysis-template';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { endpointSliceKind, SERVICE_NAME_LABEL } from '@gantry/api/kinds/endpoint-slice';
import { experimentKind } from '@gantry/api/kinds/experiment';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { leaseKind, PROXY_REVISION_ANNOTATION, SPLIT_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import { trafficSplitKind } from '@gantry/api/kinds/traffic-split';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import isEqual from 'fast-deep-equal';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller, Trigger } from '../../engine/controller.ts';
import { ownedTrigger } from '../../engine/triggers.ts';
import { wouldAdopt } from '../claim.ts';
import { isLive } from '../pod-traffic/observe.ts';
import { isHeld } from './experiment/hold.ts';
import { servicesOf } from './experiment/observe.ts';
import { observeRollout, type ObservedRollout } from './observe.ts';
import { planMembers } from './plan-members.ts';
import { planRollout } from './plan.ts';
import { describeRolloutReason } from './reasons.ts';
import { namedServices, serviceNames, usesFlags } from '@gantry/api/rollout/settings';

/** The Rollout controller. Pods wake it through the status of their ReplicaSet. */
export function rolloutController(): Controller<ObservedRollout> {
  return {
    name: 'rollout',
    definition: rolloutKind,
    triggers: [...ownTriggers, ...trafficTriggers, ...otherTriggers],
    observe: observeRollout,
    plan: planRollout,
    primary: ({ stored }) => stored,
    describe: describeRolloutReason,
  };
}

const ownTriggers: readonly Trigger[] = [
  {
    definition: rolloutKind,
    keys: (rollout, cache) => [
      keyOf(rollout),
      ...planMembers(cache, rollout as Rollout).map(keyOf),
      ...rivalsOf(cache, rollout as Rollout),
    ],
  },
  ownedTrigger(replicaSetKind, rolloutKind, (primary, orphan) => {
    const { selector } = (primary as Rollout).spec;
    return selector !== undefined && wouldAdopt(selector, orphan);
  }),
  ownedTrigger(trafficSplitKind, rolloutKind),
  ownedTrigger(analysisRunKind, rolloutKind),
  ownedTrigger(experimentKind, rolloutKind),
];

const trafficTriggers: readonly Trigger[] = [
  {
    definition: serviceKind,
    keys: ({ metadata }, cache) => rolloutsOfService(cache, metadata.namespace, metadata.name),
    ignores: (service, previous) =>
      isEqual(
        [service['spec'], service.metadata.annotations],
        [previous['spec'], previous.metadata.annotations],
      ),
  },
  {
    definition: endpointSliceKind,
    keys: ({ metadata }, cache) => {
      const service = metadata.labels?.[SERVICE_NAME_LABEL];
      return [
        ...rolloutsOfService(cache, metadata.namespace, service),
        ...rolloutsOfExperiments(cache, metadata.namespace, service),
      ];
    },
  },
  {
    definition: leaseKind,
    keys: (_lease, cache) => waitingRollouts(cache),
    ignores: (lease, previous) => isEqual(revisionsOf(lease), revisionsOf(previous)),
  },
  {
    definition: nodeKind,
    keys: (_node, cache) => waitingRollouts(cache),
    ignores: (node, previous) => isLive(node as Node) === isLive(previous as Node),
  },
];

const otherTriggers: readonly Trigger[] = [
  {
    definition: featureFlagKind,
    keys: ({ metadata }, cache) =>
      cache
        .list(rolloutKind, metadata.namespace)
        .filter(({ spec }) => usesFlags(spec))
        .map(keyOf),
  },
  {
    definition: analysisTemplateKind,
    keys: ({ metadata }, cache) => unsettled(cache.list(rolloutKind, metadata.namespace)),
  },
  { definition: clusterAnalysisTemplateKind, keys: (_template, cache) => unsettled(cache.list(rolloutKind)) },
  {
    definition: deploymentKind,
    keys: ({ metadata }, cache) =>
      cache
        .list(rolloutKind, metadata.namespace)
        .filter(
          ({ spec, status }) => spec.workloadRef?.name === metadata.name || status?.phase === 'Degraded',
        )
        .map(keyOf),
    ignores: (deployment, previous) => isEqual(deployment['spec'], previous['spec']),
  },
];

function rivalsOf(cache: CacheReader, { metadata, spec }: Rollout): ObjectKey[] {
  return namedServices(spec).flatMap((name) => rolloutsOfService(cache, metadata.namespace, name));
}

function rolloutsOfService(
  cache: CacheReader,
  namespace: string | undefined,
  name: string | undefined,
): ObjectKey[] {
  if (name === undefined) return [];
  return cache
    .list(rolloutKind, namespace)
    .filter(({ spec }) => namedServices(spec).includes(name))
    .map(keyOf);
}

/** Those that may give a share of their traffic to a Service of an Experiment. */
function rolloutsOfExperiments(
  cache: CacheReader,
  namespace: string | undefined,
  service: string | undefined,
): ObjectKey[] {
  return cache
    .list(experimentKind, namespace)
    .filter((one) => isHeld(one) && service !== undefined && servicesOf(one).includes(service))
    .flatMap((one) => ownedTrigger(experimentKind, rolloutKind).keys(one, cache));
}

/** Those that proxies may hold up. */
function waitingRollouts(cache: CacheReader): ObjectKey[] {
  return unsettled(cache.list(rolloutKind).filter(({ spec }) => serviceNames(spec) !== undefined));
}

function unsettled(rollouts: readonly Rollout[]): ObjectKey[] {
  return rollouts
    .filter(({ status }) => status?.phase !== 'Healthy' || status.canary?.weights?.verified === false)
    .map(keyOf);
}

function revisionsOf({ metadata: { annotations } }: AnyObject): unknown {
  return [annotations?.[PROXY_REVISION_ANNOTATION], annotations?.[SPLIT_REVISION_ANNOTATION]];
}
