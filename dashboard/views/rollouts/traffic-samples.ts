// What a rollout's charts draw: for each moment the share asked for, the share confirmed, and what each version really took.
// Pure.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { serviceNames } from '@gantry/api/rollout/settings';
import { sumOf, type FlowSum, type TrafficFlow } from '../../live/traffic.ts';

/** One moment. */
export interface TrafficSample {
  /** Percent that the plan gives the new version now; undefined where no proxy divides the traffic. */
  askedPercent: number | undefined;
  /** The same, once all proxies have confirmed it. */
  confirmedPercent: number | undefined;
  /** Percent of the requests that the new version took; undefined while there are none. */
  measuredPercent: number | undefined;
  stable: FlowSum;
  canary: FlowSum;
}

/** The moment, from the rollout as it is and the latest figures. */
export function sampleOf(
  rollout: Rollout,
  flow: TrafficFlow,
  lastConfirmed: number | undefined,
): TrafficSample {
  const { status = {}, spec } = rollout;
  const names = serviceNames(spec);
  const ours = new Set([names?.main, names?.side]);
  const revisions = flow.services
    .filter(({ namespace, name }) => namespace === rollout.metadata.namespace && ours.has(name))
    .flatMap((service) => service.revisions);
  const of = (hash: string | undefined): FlowSum =>
    sumOf(revisions.filter((revision) => revision.hash === hash));
  const weights = status.canary?.weights;
  const asked = weights?.canary.weight;
  const isStable = status.stableRS === status.currentPodHash;
  // The last moments of an update: the new version is the stable one already, and the requests still come to it as the new one.
  const isLast = isStable && (asked ?? 0) > 0;
  const stable = isLast
    ? sumOf(revisions.filter(({ hash }) => hash !== status.stableRS))
    : of(status.stableRS);
  const canary = isStable && !isLast ? sumOf([]) : of(status.currentPodHash);
  const all = stable.requestsPerSecond + canary.requestsPerSecond;
  return {
    askedPercent: asked,
    confirmedPercent: weights?.verified === true ? asked : lastConfirmed,
    measuredPercent: all > 0 ? (100 * canary.requestsPerSecond) / all : undefined,
    stable,
    canary,
  };
}

/** Errors in percent of the requests; null while there are none. */
export function errorPercent({ requestsPerSecond, errorsPerSecond }: FlowSum): number | null {
  return requestsPerSecond > 0 ? (100 * errorsPerSecond) / requestsPerSecond : null;
}
