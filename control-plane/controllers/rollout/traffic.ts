// The Services and the split of a Rollout as a lane, and the actions that change them. Pure.
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { trafficSplitKind, type SplitRule, type TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { controllerReference } from '@gantry/api/owner-references';
import isEqual from 'fast-deep-equal';
import type { Action } from '../../engine/controller.ts';
import type { LiveProxy } from '../pod-traffic/observe.ts';
import type { Fleet } from './fleet.ts';
import type { Lane, LaneService } from './lane.ts';
import { HASH_LABEL, MANAGED_BY } from '@gantry/api/rollout/marks';
import type { ObservedService, ObservedTraffic } from './observe.ts';
import { exposureOf, isStableScaled, shared } from '@gantry/api/rollout/settings';
import { isRouteRule, routeRules, type AskedRoutes } from './route-rules.ts';

const AUDIENCE = 'audience';

/** The traffic as it stands; undefined where no Service of the new version is named. */
export function laneOf(traffic: ObservedTraffic, fleet: Fleet): Lane | undefined {
  const { main, side, split, proxies } = traffic;
  if (side === undefined) return undefined;
  return {
    main: laneService(main, proxies, fleet),
    side: laneService(side, proxies, fleet),
    weight: weightIn(split, side.name),
    routes: (split?.spec.rules ?? []).filter(isRouteRule),
    isConfirmed: nodesBehind(traffic).length === 0,
  };
}

/** The active Service where there is no other; undefined where there is. */
export function aloneOf({ main, side, proxies }: ObservedTraffic, fleet: Fleet): LaneService | undefined {
  return side === undefined ? laneService(main, proxies, fleet) : undefined;
}

/** Names of nodes whose proxies have not confirmed the split. */
export function nodesBehind({ split, proxies }: ObservedTraffic): readonly string[] {
  const revision = Number(split?.metadata.resourceVersion ?? 0);
  return proxies.filter(({ splits }) => splits < revision).map(({ node }) => node);
}

/** Names of nodes whose proxies do not know the pods of a Service. */
export function nodesWithout({ slices }: ObservedService, proxies: readonly LiveProxy[]): readonly string[] {
  const revision = Math.max(0, ...slices.map(({ metadata }) => Number(metadata.resourceVersion ?? 0)));
  return proxies.filter((proxy) => proxy.revision < revision).map(({ node }) => node);
}

function weightIn(split: TrafficSplit | undefined, side: string): number | undefined {
  const rule = split === undefined ? undefined : weighingRule(split);
  if (rule === undefined) return undefined;
  return rule.backends.find(({ service }) => service === side)?.weight ?? 0;
}

/** The rule that the shares of the versions are in. */
function weighingRule({ spec }: TrafficSplit): SplitRule | undefined {
  return spec.rules.find((rule) => !isRouteRule(rule));
}

/** Whether a Service has a pod that is ready. */
export function servesIn({ slices }: ObservedService): boolean {
  return readyPods(slices).length > 0;
}

/** A Service and how far slices and proxies follow its selector. */
function laneService(observed: ObservedService, proxies: readonly LiveProxy[], fleet: Fleet): LaneService {
  const { service, slices } = observed;
  const hash = service?.spec.selector?.[HASH_LABEL] ?? '';
  const ready = readyPods(slices);
  const member = fleet.all.find((version) => version.hash === hash);
  const prefix = `${member?.name ?? ''}-`;
  const isOwn = member !== undefined && ready.every((name) => name.startsWith(prefix));
  return {
    hash,
    isServing: ready.length > 0,
    isInStep: isOwn && ready.length >= member.ready && nodesWithout(observed, proxies).length === 0,
  };
}

function readyPods(slices: readonly EndpointSlice[]): string[] {
  return slices.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ conditions, targetRef }) =>
      conditions?.ready === true && conditions.terminating !== true ? [targetRef?.name ?? ''] : [],
    ),
  );
}

/** Points a Service at a version. */
export function leadService(rollout: Rollout, service: Service, hash: string): Action {
  const { selector, ...spec } = service.spec;
  const name = rollout.metadata.name ?? '';
  const metadata = {
    ...service.metadata,
    annotations: { ...service.metadata.annotations, [MANAGED_BY]: name },
  };
  return {
    type: 'update',
    definition: serviceKind,
    object: { ...service, metadata, spec: { ...spec, selector: { ...selector, [HASH_LABEL]: hash } } },
    event: {
      regarding: rollout,
      severity: 'Normal',
      reason: 'SwitchService',
      message: `Switched selector for service '${service.metadata.name ?? ''}' to value '${hash}'`,
    },
  };
}

/** A share beside those of the two versions. */
export interface AdditionalShare {
  service: string;
  /** In percent. */
  weight: number;
}

/** Shares in the split that are neither the main Service's nor the side's. */
export function additionalIn({ main, side, split }: ObservedTraffic): readonly AdditionalShare[] {
  const rule = split === undefined ? undefined : weighingRule(split);
  return (rule?.backends ?? []).filter(({ service }) => service !== main.name && service !== side?.name);
}

/** What the split is to be. */
export interface SplitGoal extends AskedRoutes {
  /** The side's percent. */
  weight: number;
  /** Taken from the main Service's share. */
  additional: readonly AdditionalShare[];
  /** Who may be led to the side counts; not once the new version takes over. */
  isExposed: boolean;
  /** The kill switch may take the traffic back. */
  isKillable: boolean;
}

/** Brings the split to what it is to be; nothing when it is. */
export function splitAction(
  rollout: Rollout,
  { main, side, split }: ObservedTraffic,
  goal: SplitGoal,
): Action[] {
  if (side === undefined) return [];
  const { namespace, name = '' } = rollout.metadata;
  const spec = {
    service: main.name,
    rules: rulesOf(rollout, main.name, side.name, goal),
    ...killSwitchOf(rollout, goal),
  };
  if (split === undefined) {
    const metadata = {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ownerReferences: [controllerReference(rolloutKind, rollout)],
    };
    const object = { apiVersion: 'gantry.dev/v1alpha1', kind: trafficSplitKind.kind, metadata, spec };
    return [{ type: 'create', definition: trafficSplitKind, object }];
  }
  if (isEqual(split.spec, spec)) return [];
  const before = weightIn(split, side.name) ?? 0;
  return [
    {
      type: 'update',
      definition: trafficSplitKind,
      object: { ...split, spec },
      ...(before === goal.weight
        ? {}
        : {
            event: {
              regarding: rollout,
              severity: 'Normal',
              reason: 'TrafficWeightUpdated',
              message: `Traffic weight updated from ${before} to ${goal.weight}`,
            },
          }),
    },
  ];
}

/**
 * Nodes take the traffic back by themselves, before this controller has heard of it. Not where the stable version has
 * given up pods: it has to have them again first.
 */
function killSwitchOf(
  { metadata, spec }: Rollout,
  { isKillable, weight, routes, mirrors }: SplitGoal,
): Pick<TrafficSplit['spec'], 'killSwitch'> {
  const { killSwitch } = shared(spec);
  const isUsed = weight > 0 || routes.length > 0 || mirrors.length > 0;
  if (killSwitch === undefined || !isKillable || !isUsed) return {};
  if (isStableScaled(spec)) return {};
  return { killSwitch: { ...killSwitch, targetingKey: metadata.name ?? '' } };
}

/** Takes a split away; what it split is the main Service's again. */
export function withoutSplit({ metadata: { namespace = '', name = '', uid = '' } }: TrafficSplit): Action {
  const ref = { definition: trafficSplitKind, namespace, name, uid };
  return { type: 'delete', ref, reason: 'the Rollout names other Services' };
}

/** Users that are hashed stay on their side while the share grows: the new version comes first. */
function rulesOf(
  rollout: Rollout,
  main: string,
  side: string,
  { weight, isExposed, isKillable: _, additional, ...asked }: SplitGoal,
): SplitRule[] {
  const exposure = isExposed ? exposureOf(rollout.spec) : undefined;
  const backends = (percent: number, others: readonly AdditionalShare[] = []): SplitRule['backends'] => [
    { service: side, weight: percent },
    ...others.map((share) => ({ service: share.service, weight: share.weight })),
    { service: main, weight: others.reduce((rest, share) => rest - share.weight, 100 - percent) },
  ];
  const sticky =
    exposure?.stickyBy === undefined
      ? {}
      : { sticky: { by: exposure.stickyBy, salt: exposure.salt ?? rollout.metadata.name ?? '' } };
  const { audience } = exposure ?? {};
  return [
    ...routeRules(asked, main, side),
    ...(audience === undefined
      ? [{ backends: backends(weight, additional), ...sticky }]
      : [
          { name: AUDIENCE, matches: audience, backends: backends(weight, additional), ...sticky },
          { backends: backends(0) },
        ]),
  ];
}
