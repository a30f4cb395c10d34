// Nobody is sent to a pod that has been told to stop: it is first taken out of all proxies that somebody can still reach.
import { leaseKind, PROXY_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import type { Node } from '@gantry/api/kinds/node';
import type { AnyObject } from '@gantry/api/meta';
import { isInTraffic, trafficMarkOf } from '@gantry/api/traffic-mark';
import { TRAFFIC_WAIT_MAX_MS } from '@gantry/agent/pods/ending';
import { firstBroken } from './each-write.ts';
import { isDeleting, titleOf, uidOf } from './object-reading.ts';
import type { ContainerView, Invariant, NodeView, WorldView, WriteRecord } from './world-view.ts';

/** A drifting clock measures the wait of an agent a little short. */
const DRIFT_MS = 1_000;

/** Hosts that were off since the pod began to leave are excepted: they know what was on their disks. */
export function createWithdrawnBeforeStopped(): Invariant {
  const pods = new Map<string, AnyObject>();
  const deletedAtMs = new Map<string, number>();
  const leavingSinceMs = new Map<string, number>();
  const upSinceMs = new Map<string, number>();
  const seen = new Map<string, NodeView>();
  const judged = new Set<string>();

  function note({ before, after, atMs }: WriteRecord): void {
    if ((after ?? before)?.kind !== 'Pod') return;
    const pod = after ?? before;
    const uid = uidOf(pod as AnyObject);
    if (after === undefined) {
      for (const map of [pods, deletedAtMs, leavingSinceMs]) map.delete(uid);
      return;
    }
    pods.set(uid, after);
    if (isDeleting(after) && !deletedAtMs.has(uid)) deletedAtMs.set(uid, atMs);
    if (trafficMarkOf(after).type === 'withdrawing') leavingSinceMs.set(uid, leavingSinceMs.get(uid) ?? atMs);
  }

  function brokenBy(view: WorldView, { before, after }: WriteRecord): string | undefined {
    if (after?.kind !== 'Pod' || trafficMarkOf(after).type !== 'withdrawn') return undefined;
    if (before !== undefined && trafficMarkOf(before).type === 'withdrawn') return undefined;
    const sinceMs = leavingSinceMs.get(uidOf(after)) ?? view.nowMs;
    for (const [name, { leadsTo, busy }] of view.nodes) {
      const isJudged = (upSinceMs.get(name) ?? Infinity) < sinceMs && isLive(view, name);
      if (!isJudged) continue;
      if (leadsTo.has(uidOf(after)))
        return `${titleOf(after)} is said to be withdrawn, but ${name} still leads to it`;
      if (busy.has(uidOf(after)))
        return `${titleOf(after)} is said to be withdrawn, but requests of ${name} are under way to it`;
    }
    return undefined;
  }

  function unmarked(name: string, { leadsTo }: NodeView): string | undefined {
    for (const uid of leadsTo) {
      const pod = pods.get(uid);
      if (pod !== undefined && trafficMarkOf(pod).type === 'none')
        return `${name} leads to ${titleOf(pod)}, which has no mark: nobody would wait before it is stopped`;
    }
    return undefined;
  }

  function tooSoon({ id, podUid, name, toldToStopAtMs }: ContainerView): string | undefined {
    if (toldToStopAtMs === undefined || judged.has(id)) return undefined;
    judged.add(id);
    const pod = pods.get(podUid);
    const sinceMs = deletedAtMs.get(podUid);
    if (pod === undefined || sinceMs === undefined || toldToStopAtMs < sinceMs) return undefined;
    if (!isInTraffic(pod) || pod.metadata.deletionGracePeriodSeconds === 0) return undefined;
    const waitedMs = toldToStopAtMs - sinceMs;
    if (waitedMs >= TRAFFIC_WAIT_MAX_MS - DRIFT_MS) return undefined;
    return `${titleOf(pod)}: container ${name} was told to stop ${waitedMs} ms after the pod was, while its traffic had not ended`;
  }

  function look(view: WorldView): string | undefined {
    for (const [name, node] of view.nodes) {
      if (seen.get(name) === node) continue;
      if (!node.up) upSinceMs.delete(name);
      else if (!upSinceMs.has(name)) upSinceMs.set(name, view.nowMs);
      const broken = unmarked(name, node) ?? firstOf(node.containers, tooSoon);
      if (broken !== undefined) return broken;
      seen.set(name, node);
    }
    return undefined;
  }

  return {
    name: 'withdrawn-before-stopped',
    sentence:
      'No proxy of a live node sends new connections to a pod that has been told to stop, or has requests there, unless it could not be heard of for 10 s.',
    check(view) {
      for (const write of view.writes) note(write);
      return look(view) ?? firstBroken(view, (write) => brokenBy(view, write));
    },
  };
}

/** The control plane takes the node for alive, and it has a proxy. */
function isLive(view: WorldView, name: string): boolean {
  const isOf = ({ metadata }: AnyObject): boolean => metadata.name === name;
  const node = [...view.objects('Node').values()].find(isOf) as Node | undefined;
  const lease = [...view.objects(leaseKind.kind).values()].find(isOf);
  const isReady = node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return isReady === true && lease?.metadata.annotations?.[PROXY_REVISION_ANNOTATION] !== undefined;
}

function firstOf<T>(items: readonly T[], judge: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const broken = judge(item);
    if (broken !== undefined) return broken;
  }
  return undefined;
}
