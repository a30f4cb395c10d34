// In a calm world the API says of every pod what its engine does.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Bounds } from './bounds.ts';
import { isActive, isFinished, isOnDownHost, titleOf, uidOf } from './object-reading.ts';
import { runningPods } from './running-on-nodes.ts';
import type { Invariant, WorldView } from './world-view.ts';

/** A full look at most this often. */
const LOOK_EVERY_MS = 5_000;

/** A difference has to last for the bound: a container that has just started or ended may not have been reported yet. */
export function createStatusTellsTruth(bounds: Pick<Bounds, 'stopMs' | 'reportMs'>): Invariant {
  const differsSinceMs = new Map<string, number>();
  let lookedAtMs = -Infinity;

  function look(view: WorldView): string | undefined {
    const running = new Set(
      runningPods(view).flatMap(({ node, podUid, containers }) =>
        containers.map(({ name }) => `${node}/${podUid}/${name}`),
      ),
    );
    const found = new Set<string>();
    for (const pod of view.objects('Pod').values()) {
      if (isOnDownHost(pod as Pod, view)) continue;
      const difference = differenceIn(pod as Pod, running);
      if (difference === undefined) continue;
      const id = `${uidOf(pod)} ${difference}`;
      found.add(id);
      const sinceMs = differsSinceMs.get(id) ?? view.nowMs;
      differsSinceMs.set(id, sinceMs);
      if (view.nowMs - sinceMs > bounds.reportMs)
        return `${titleOf(pod)} ${difference}, for ${view.nowMs - sinceMs} ms by now`;
    }
    for (const id of differsSinceMs.keys()) if (!found.has(id)) differsSinceMs.delete(id);
    return undefined;
  }

  return {
    name: 'status-tells-truth',
    sentence:
      'In a calm world a container of a host that is up is reported running if and only if it runs, but for the time of a report.',
    check(view) {
      const isCalm = view.calmSinceMs !== undefined && view.nowMs - view.calmSinceMs >= bounds.stopMs;
      if (!isCalm || view.nowMs - lookedAtMs < LOOK_EVERY_MS) return undefined;
      lookedAtMs = view.nowMs;
      return look(view);
    },
  };
}

function differenceIn(pod: Pod, running: ReadonlySet<string>): string | undefined {
  const { nodeName = '' } = pod.spec;
  for (const { name, state } of pod.status?.containerStatuses ?? []) {
    const runs = running.has(`${nodeName}/${uidOf(pod)}/${name}`);
    if (runs && isFinished(pod)) return `is told to be over, but container ${name} runs on ${nodeName}`;
    if (runs && isActive(pod) && state?.terminated !== undefined)
      return `tells that container ${name} has ended, but it runs on ${nodeName}`;
    if (!runs && state?.running !== undefined)
      return `tells that container ${name} runs on ${nodeName}, which it does not`;
  }
  return undefined;
}
