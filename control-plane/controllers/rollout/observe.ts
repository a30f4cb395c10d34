// What a Rollout's plan rests on: its versions and their pods, its Services with what the proxies have of them, runs,
// flags, and the other Rollouts of its plan. Picked from the cache; nothing is decided here.
import type { FlagSet } from '@gantry/api/flags/evaluate-flag';
import { mergeFlags } from '@gantry/api/flags/merge-flags';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { endpointSliceKind, SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { trafficSplitKind, type TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { ObjectKey } from '@gantry/api/meta';
import { isControlledBy } from '@gantry/api/owner-references';
import type { CacheReader } from '../../cache/cache.ts';
import { candidatesFor } from '../candidates.ts';
import { takenNames } from '../deployment/observe.ts';
import { byAge } from '../pod-condition.ts';
import { liveProxies, type LiveProxy } from '../pod-traffic/observe.ts';
import { planMembers } from './plan-members.ts';
import { observeAnalysis, type ObservedAnalysis } from './analysis/observe.ts';
import { observeExperiments, type ObservedExperiments } from './experiment/observe.ts';
import { namedServices, serviceNames, usesFlags } from '@gantry/api/rollout/settings';

/** A Service and where it leads, as far as slices say. */
export interface ObservedService {
  name: string;
  service: Service | undefined;
  slices: readonly EndpointSlice[];
}

export interface ObservedTraffic {
  main: ObservedService;
  side: ObservedService | undefined;
  split: TrafficSplit | undefined;
  proxies: readonly LiveProxy[];
}

export interface ObservedRollout {
  /** As it is stored. */
  stored: Rollout;
  /** With the template of its workload, where it names one. */
  rollout: Rollout;
  /** The Deployment that workloadRef names; undefined where it names none, or there is none. */
  workload: Deployment | undefined;
  /** Own ReplicaSets and orphans of the namespace. */
  candidates: readonly ReplicaSet[];
  /** Pods of each candidate, by its uid. */
  podsOf: ReadonlyMap<string, readonly Pod[]>;
  /** Names of the namespace's ReplicaSets that begin like this Rollout's. */
  takenNames: ReadonlySet<string>;
  /** Absent where no Service is named. */
  traffic: ObservedTraffic | undefined;
  /** A split of an earlier spec: of another Service, or where none is to be split any more. */
  formerSplit: TrafficSplit | undefined;
  analysis: ObservedAnalysis;
  experiments: ObservedExperiments;
  /** Only where it uses flags. */
  flags: FlagSet;
  featureFlags: readonly FeatureFlag[];
  /** Other Rollouts that are one plan with it. */
  members: readonly Rollout[];
  /** Older Rollouts that name one of its Services, by the name of the Service. */
  rivals: ReadonlyMap<string, string>;
  /** Deployments of the namespace whose pods might be the Rollout's. */
  deployments: readonly Deployment[];
}

/** Reads the cache; undefined when there is no such Rollout. */
export function observeRollout(cache: CacheReader, key: ObjectKey): ObservedRollout | undefined {
  const stored = cache.get(rolloutKind, key);
  if (stored === undefined) return undefined;
  const { namespace } = key;
  const reference = stored.spec.workloadRef;
  const workload =
    reference === undefined ? undefined : cache.get(deploymentKind, { namespace, name: reference.name });
  const rollout = withWorkload(stored, workload);
  const candidates = candidatesFor(cache, replicaSetKind, rollout);
  const podsOf = new Map(
    candidates.map(({ metadata: { uid = '' } }) => [uid, cache.byIndex(podKind, 'owner', uid)]),
  );
  const featureFlags = usesFlags(rollout.spec) ? cache.list(featureFlagKind, namespace) : [];
  return Object.freeze({
    ...{ stored, rollout, workload, candidates, podsOf, featureFlags },
    takenNames: takenNames(cache, key),
    ...trafficOf(cache, rollout),
    analysis: observeAnalysis(cache, rollout),
    experiments: observeExperiments(cache, stored),
    flags: mergeFlags(featureFlags),
    members: planMembers(cache, stored),
    rivals: rivalsOf(cache, rollout),
    deployments: cache.list(deploymentKind, namespace),
  });
}

/** The Rollout as if the workload's template and selector were its own. */
export function withWorkload(rollout: Rollout, workload: Deployment | undefined): Rollout {
  if (workload === undefined) return rollout;
  const { template, selector } = workload.spec;
  return { ...rollout, spec: { ...rollout.spec, template, selector } };
}

function trafficOf(cache: CacheReader, rollout: Rollout): Pick<ObservedRollout, 'traffic' | 'formerSplit'> {
  const { namespace = '', name = '' } = rollout.metadata;
  const names = serviceNames(rollout.spec);
  const own = cache.get(trafficSplitKind, { namespace, name });
  const split = own !== undefined && isControlledBy(own, rollout) ? own : undefined;
  const isFormer = split !== undefined && (names?.side === undefined || split.spec.service !== names.main);
  if (names === undefined) return { traffic: undefined, formerSplit: split };
  const ofNamespace = cache.list(endpointSliceKind, namespace);
  const service = (named: string): ObservedService => ({
    name: named,
    service: cache.get(serviceKind, { namespace, name: named }),
    slices: ofNamespace.filter((slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === named),
  });
  return {
    traffic: {
      main: service(names.main),
      side: names.side === undefined ? undefined : service(names.side),
      split: isFormer ? undefined : split,
      proxies: liveProxies(cache),
    },
    formerSplit: isFormer ? split : undefined,
  };
}

function rivalsOf(cache: CacheReader, rollout: Rollout): ReadonlyMap<string, string> {
  const own = namedServices(rollout.spec);
  if (own.length === 0) return new Map();
  const older = cache
    .list(rolloutKind, rollout.metadata.namespace)
    .filter((other) => byAge(other, rollout) < 0);
  return new Map(
    older.flatMap((other) =>
      namedServices(other.spec)
        .filter((name) => own.includes(name))
        .map((name) => [name, other.metadata.name ?? '']),
    ),
  );
}
