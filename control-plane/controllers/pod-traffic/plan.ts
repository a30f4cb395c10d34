// Decides when a pod may be in the traffic of Services, and when it is out of it. Pure. A pod is marked before the first
// slice calls it ready, so whoever stops it knows that there is something to wait for.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import {
  TRAFFIC_ANNOTATION,
  trafficMarkOf,
  trafficMarkText,
  type TrafficMark,
} from '@gantry/api/traffic-mark';
import type { Action, Plan } from '../../engine/controller.ts';
import { hindranceOf } from '../endpoint-slice/endpoints.ts';
import { isDeleting, isFinished } from '../pod-condition.ts';
import type { LiveProxy, ObservedTraffic } from './observe.ts';
import { NAMES_MAX, type TrafficReason } from './reasons.ts';

/** The plan of one pod's traffic. */
export function planTraffic(observed: ObservedTraffic): Plan {
  const { pod, services } = observed;
  if (isDeleting(pod)) return planWithdrawal(observed);
  const isWanted = services.some((service) => hindranceOf(pod, service) === 'unmarked');
  if (!isWanted) return { actions: [], reasons: [] };
  return { actions: [marked(pod, { type: 'published' })], reasons: [{ type: 'publishing' }] };
}

function planWithdrawal(observed: ObservedTraffic): Plan {
  const { pod, proxies, slicesRevision: revision } = observed;
  const mark = trafficMarkOf(pod);
  if (mark.type === 'withdrawing') {
    const behind = proxies.filter(({ drained }) => drained < mark.revision);
    if (behind.length === 0) return withdrawn(pod);
    return { actions: [], reasons: [waitingFor(behind)] };
  }
  const open = openServices(observed);
  if (open.length > 0)
    return { actions: [], reasons: [{ type: 'waiting-for-slices', services: open.slice(0, NAMES_MAX) }] };
  // Not that of the slices which have the pod alone: one that had it may be gone with its Service.
  const behind = proxies.filter(({ drained }) => drained < revision);
  if (behind.length === 0) return withdrawn(pod);
  return { actions: [marked(pod, { type: 'withdrawing', revision })], reasons: [waitingFor(behind)] };
}

/**
 * Names of Services whose slices do not say yet that the pod is being stopped. One that has it nowhere is open as well:
 * what is being written at this moment may still call it ready.
 */
function openServices({ pod, services, entries }: ObservedTraffic): string[] {
  const ready = entries.filter(({ isTerminating }) => !isTerminating);
  const isListed = !isFinished(pod) && (pod.status?.podIP ?? '') !== '';
  const selecting = services.filter(({ metadata }) => {
    const own = entries.filter(({ serviceUid }) => serviceUid === metadata.uid);
    const isMissing = isListed && !isDeleting({ metadata }) && own.length === 0;
    return isMissing || own.some(({ isTerminating }) => !isTerminating);
  });
  const known = new Set(services.map(({ metadata }) => metadata.uid));
  const others = ready.filter(({ serviceUid }) => !known.has(serviceUid)).map(() => 'others');
  return [...selecting.map(({ metadata }) => metadata.name ?? ''), ...new Set(others)];
}

function withdrawn(pod: Pod): Plan {
  return { actions: [marked(pod, { type: 'withdrawn' })], reasons: [{ type: 'withdrawn' }] };
}

function waitingFor(behind: readonly LiveProxy[]): TrafficReason {
  const nodes = behind.slice(0, NAMES_MAX).map(({ node }) => node);
  return { type: 'waiting-for-proxies', count: behind.length, nodes };
}

function marked(pod: Pod, mark: Exclude<TrafficMark, { type: 'none' }>): Action {
  const annotations = { ...pod.metadata.annotations, [TRAFFIC_ANNOTATION]: trafficMarkText(mark) };
  const object = { ...pod, metadata: { ...pod.metadata, annotations } };
  return { type: 'update', definition: podKind, object };
}
