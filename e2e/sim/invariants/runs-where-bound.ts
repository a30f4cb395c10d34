// A pod runs on the node that it is bound to, and nowhere else.
import type { Pod } from '@gantry/api/kinds/pod';
import { kindOf, titleOf, uidOf } from './object-reading.ts';
import { runningPods } from './running-on-nodes.ts';
import type { Invariant, WorldView } from './world-view.ts';

/** Holds for what the engines really run, at every instant and under every fault. */
export function createRunsWhereBound(): Invariant {
  /** Of every pod that there ever was; a container may outlive its pod's object. */
  const pods = new Map<string, { title: string; node: string | undefined }>();
  let seen: WorldView['nodes'] | undefined;
  return {
    name: 'runs-where-bound',
    sentence: 'Containers of a pod run on one node at most, and only on the node that the pod is bound to.',
    check(view) {
      let isAsBefore = view.nodes === seen;
      seen = view.nodes;
      for (const write of view.writes) {
        if (write.after === undefined || kindOf(write) !== 'Pod') continue;
        isAsBefore = false;
        const node = (write.after as Pod).spec.nodeName;
        pods.set(uidOf(write.after), { title: titleOf(write.after), node: node === '' ? undefined : node });
      }
      if (isAsBefore) return undefined;
      for (const { podUid, node } of runningPods(view)) {
        const pod = pods.get(podUid);
        if (pod !== undefined && pod.node !== node)
          return `${pod.title} (uid ${podUid}) runs on ${node}, but is bound to ${pod.node ?? 'no node'}`;
      }
      return undefined;
    },
  };
}
