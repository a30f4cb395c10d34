// A pod has one sandbox, and each of its containers runs once.
import { runningPods, type RunningPod } from './running-on-nodes.ts';
import type { Invariant, WorldView } from './world-view.ts';

/** Holds for what the engines really run. */
export function createOneContainerAName(): Invariant {
  let seen: WorldView['nodes'] | undefined;
  return {
    name: 'one-container-a-name',
    sentence: 'Of each container of a pod one attempt runs at most, and of its sandbox one.',
    check(view) {
      if (view.nodes === seen) return undefined;
      seen = view.nodes;
      for (const running of runningPods(view)) {
        const broken = doubled(running);
        if (broken !== undefined) return broken;
      }
      return undefined;
    },
  };
}

function doubled({ podUid, node, containers, sandboxes }: RunningPod): string | undefined {
  if (sandboxes.length > 1) return `${sandboxes.length} sandboxes of pod ${podUid} run on ${node}`;
  const seen = new Set<string>();
  for (const { name, podNamespace, podName } of containers) {
    if (seen.has(name))
      return `container ${name} of Pod ${podNamespace}/${podName} (uid ${podUid}) runs twice on ${node}`;
    seen.add(name);
  }
  return undefined;
}
