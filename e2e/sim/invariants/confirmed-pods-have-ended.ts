// An agent gives up a pod only when nothing of it runs: whoever waits for the pod to be gone may start its successor.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { titleOf, uidOf } from './object-reading.ts';
import { RecentSums } from './recent-values.ts';
import type { Invariant, WorldView, WriteRecord } from './world-view.ts';

/** A pod that a user has removed by force is excepted: that is what force is for. */
export function createConfirmedPodsHaveEnded(bounds: Pick<Bounds, 'requestMs'>): Invariant {
  const forced = new RecentSums(bounds.requestMs);

  function broken(view: WorldView, { before, after, by, key, atMs }: WriteRecord): string | undefined {
    if (before?.kind !== 'Pod' || after !== undefined || by.term !== undefined) return undefined;
    if (forced.sum(key, atMs) > 0) return undefined;
    const pod = before as Pod;
    const nodeName = pod.spec.nodeName ?? '';
    const running = view.nodes
      .get(nodeName)
      ?.containers.find((container) => container.podUid === uidOf(pod) && container.running);
    return running === undefined
      ? undefined
      : `${titleOf(pod)} was given up by ${nodeName}, where its container ${running.name} runs`;
  }

  return {
    name: 'confirmed-pods-have-ended',
    sentence: 'The node gives a pod up only when none of its containers runs any more.',
    check(view) {
      for (const { key, atMs, isForced } of view.requested) if (isForced === true) forced.add(key, 1, atMs);
      return firstBroken(view, (write) => broken(view, write));
    },
  };
}
