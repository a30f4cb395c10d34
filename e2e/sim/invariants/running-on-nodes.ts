// What runs where, by pod. Made once for what the nodes run, however many looks and invariants ask.
import type { ContainerView, NodeView, SandboxView, WorldView } from './world-view.ts';

/** What runs of one pod on one node. */
export interface RunningPod {
  node: string;
  podUid: string;
  containers: ContainerView[];
  sandboxes: SandboxView[];
}

/** A node's view is the same value as long as nothing changes there. */
const onNodes = new WeakMap<NodeView, readonly RunningPod[]>();
/** So are those of all nodes together. */
const onAll = new WeakMap<WorldView['nodes'], readonly RunningPod[]>();

/** All pods of which something runs; a pod is listed once for each node. */
export function runningPods(view: WorldView): readonly RunningPod[] {
  const { nodes } = view;
  let found = onAll.get(nodes);
  if (found === undefined) {
    found = [...nodes].flatMap(([name, node]) => (node.up ? runningOn(name, node) : []));
    onAll.set(nodes, found);
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
