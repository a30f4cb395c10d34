// What the API says is gone, or over, stops: soon after the node can know of it.
import type { Pod } from '@gantry/api/kinds/pod';
import { AbleNodes } from './able-nodes.ts';
import type { Bounds } from './bounds.ts';
import { graceMsOf, isDeleting, isFinished, titleOf, uidOf } from './object-reading.ts';
import { runningPods, type RunningPod } from './running-on-nodes.ts';
import type { Invariant, WorldView, WriteRecord } from './world-view.ts';

/** A pod that is to stop. */
interface Ending {
  title: string;
  why: 'gone from the API' | 'asked to go' | 'over' | 'unknown to the API';
  /** When its grace is over, for a node that learnt of it at once. */
  endMs: number;
  graceMs: number;
}

/** As agents give to what they find and nobody knows. */
const ORPHAN_GRACE_MS = 30_000;

/** Nodes that are down or cut off are excepted until they have been back for the bound. */
export function createGonePodsEnd(bounds: Pick<Bounds, 'stopMs'>): Invariant {
  const endings = new Map<string, Ending>();
  const known = new Set<string>();
  const able = new AbleNodes();
  let seen: WorldView['nodes'] | undefined;

  function note({ before, after, atMs }: WriteRecord): void {
    const pod = (after ?? before) as Pod | undefined;
    if (pod?.kind !== 'Pod') return;
    known.add(uidOf(pod));
    const why = whyOf(pod, after === undefined);
    if (why === undefined) return;
    const graceMs = graceMsOf(pod);
    const earlier = endings.get(uidOf(pod));
    const endMs = Math.min(earlier?.endMs ?? Infinity, atMs + graceMs);
    endings.set(uidOf(pod), { title: titleOf(pod), why, endMs, graceMs });
  }

  function overdue({ podUid, node }: RunningPod, nowMs: number): string | undefined {
    const ending = endings.get(podUid);
    const ableSinceMs = able.since(node);
    if (ending === undefined || ableSinceMs === undefined) return undefined;
    const dueMs = Math.max(ending.endMs, ableSinceMs + ending.graceMs) + bounds.stopMs;
    if (nowMs <= dueMs) return undefined;
    const lateMs = nowMs - dueMs;
    return `${ending.title} (uid ${podUid}) is ${ending.why}, but still runs on ${node}, ${lateMs} ms after it had to be stopped`;
  }

  function noteStrangers(view: WorldView): void {
    if (view.nodes === seen) return;
    seen = view.nodes;
    for (const { podUid, containers } of runningPods(view)) {
      if (known.has(podUid)) continue;
      known.add(podUid);
      const { podNamespace, podName } = containers[0] ?? { podNamespace: '?', podName: '?' };
      endings.set(podUid, {
        title: `Pod ${podNamespace}/${podName}`,
        why: 'unknown to the API',
        endMs: view.nowMs + ORPHAN_GRACE_MS,
        graceMs: ORPHAN_GRACE_MS,
      });
    }
  }

  return {
    name: 'gone-pods-end',
    sentence:
      'Nothing runs for longer than its grace and a bound after the API says that its pod is gone, asked to go, or over.',
    check(view) {
      able.look(view);
      for (const write of view.writes) note(write);
      noteStrangers(view);
      for (const running of runningPods(view)) {
        const broken = overdue(running, view.nowMs);
        if (broken !== undefined) return broken;
      }
      return undefined;
    },
  };
}

function whyOf(pod: Pod, isGone: boolean): Ending['why'] | undefined {
  if (isGone) return 'gone from the API';
  if (isDeleting(pod)) return 'asked to go';
  return isFinished(pod) ? 'over' : undefined;
}
