// Nobody is told that a container is ready which did not run when the writer looked.
import type { ContainerStatus, Pod } from '@gantry/api/kinds/pod';
import isEqual from 'fast-deep-equal';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { titleOf } from './object-reading.ts';
import type { Invariant, NodeView, WorldView, WriteRecord } from './world-view.ts';

/** Where a container was last known to run, and when; of one that runs, when it was first seen to. */
interface Run {
  node: string;
  lastMs: number;
}

/** Compares each report of readiness with what the engine of the pod's node really ran. */
export function createReadyMeansRunning(bounds: Pick<Bounds, 'reportMs' | 'frozenMs'>): Invariant {
  const lateMs = bounds.reportMs + bounds.frozenMs;
  const runs = new Map<string, Run>();
  /** Those that ran at the last look. */
  const running = new Map<string, Run>();
  let seen: WorldView['nodes'] | undefined;
  let seenMs = 0;

  function look({ nodes, nowMs }: WorldView): void {
    if (nodes !== seen) {
      for (const run of running.values()) run.lastMs = seenMs;
      running.clear();
      for (const [node, view] of nodes) note(node, view, nowMs);
    }
    seen = nodes;
    seenMs = nowMs;
  }

  function note(node: string, { up, containers }: NodeView, nowMs: number): void {
    for (const { id, running: isRunning, finishedAtMs } of containers) {
      const runsNow = isRunning && up;
      const lastMs = runsNow ? nowMs : Math.max(runs.get(id)?.lastMs ?? 0, finishedAtMs ?? 0);
      if (lastMs === 0) continue;
      const run = { node, lastMs };
      runs.set(id, run);
      if (runsNow) running.set(id, run);
    }
  }

  function brokenBy({ before, after, atMs }: WriteRecord): string | undefined {
    if (after?.kind !== 'Pod') return undefined;
    const pod = after as Pod;
    const told = new Map(
      (before as Pod | undefined)?.status?.containerStatuses?.map((one) => [one.name, one]),
    );
    const fresh = (pod.status?.containerStatuses ?? []).filter(
      (one) => one.ready && !isEqual(one, told.get(one.name)),
    );
    for (const status of fresh) {
      const wrong = wrongIn(status, pod.spec.nodeName ?? '', atMs);
      if (wrong !== undefined)
        return `${titleOf(pod)} was reported ready, container ${status.name} included, which ${wrong}`;
    }
    return undefined;
  }

  function wrongIn({ containerID = '' }: ContainerStatus, node: string, atMs: number): string | undefined {
    const id = bareId(containerID);
    const run = runs.get(id);
    if (run === undefined)
      return `never ran (container ${containerID === '' ? 'without an id' : containerID})`;
    if (run.node !== node) return `runs on ${run.node}, while the pod is bound to ${node}`;
    if (running.has(id)) return undefined;
    return run.lastMs >= atMs - lateMs ? undefined : `had stopped ${atMs - run.lastMs} ms before`;
  }

  return {
    name: 'ready-means-running',
    sentence: 'A container is reported ready only if it ran, on the node of its pod, when the agent looked.',
    check(view) {
      look(view);
      return firstBroken(view, brokenBy);
    },
  };
}

/** `docker://<id>` without the name of the engine. */
function bareId(containerId: string): string {
  return containerId.slice(containerId.indexOf('://') < 0 ? 0 : containerId.indexOf('://') + 3);
}
