// What runs where, by pod. Made once a look, however many invariants ask.
import type { ContainerView, NodeView, SandboxView, WorldView } from './world-view.ts';

/** What runs of one pod on one node. */
export interface RunningPod {
  node: string;
  podUid: string;
  containers: ContainerView[];
  sandboxes: SandboxView[];
}

const looks = new WeakMap<WorldView, readonly RunningPod[]>();
/** A node's view is the same value as long as nothing changes there. */
const onNodes = new WeakMap<NodeView, readonly RunningPod[]>();

/** All pods of which something runs; a pod is listed once for each node. */
export function runningPods(view: WorldView): readonly RunningPod[] {
  let found = looks.get(view);
  if (found === undefined) {
    found = [...view.nodes].flatMap(([name, node]) => (node.up ? runningOn(name, node) : []));
    looks.set(view, found);
  }
  return found;
}

function runningOn(name: string, node: NodeView): readonly RunningPod[] {
  const known = onNodes.get(node);
  if (known !== undefined) return known;
  const found = [...sortedByPod(name, node)];
  onNodes.set(node, found);
  return found;
}

function sortedByPod(node: string, { containers, sandboxes }: NodeView): Iterable<RunningPod> {
  const pods = new Map<string, RunningPod>();
  const podOf = (podUid: string): RunningPod => {
    const pod = pods.get(podUid) ?? { node, podUid, containers: [], sandboxes: [] };
    pods.set(podUid, pod);
    return pod;
  };
  for (const container of containers)
    if (container.running) podOf(container.podUid).containers.push(container);
  for (const sandbox of sandboxes) if (sandbox.running) podOf(sandbox.podUid).sandboxes.push(sandbox);
  return pods.values();
}
