// Removes pods whose node object is gone for good: nobody will ever confirm their end. A node that comes back within
// the quarantine (agents register themselves anew) keeps them.
import { nodeKind } from '@gantry/api/kinds/node';
import { NODE_INDEX } from '../../cache/indexes.ts';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { keyOf } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { Controller, Plan, PlanInputs } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import { secondsText } from '../counted.ts';

/** As long as Kubernetes waits. */
export const GONE_NODE_QUARANTINE_MS = 40_000;
/** Absent nodes remembered; beyond, the quarantine of the oldest starts anew. */
const ABSENCES_MAX = 10_000;

/** The closed union of reasons. */
export type GoneNodeReason =
  { type: 'node-gone'; node: string } | { type: 'node-missing'; node: string; inMs: number };

interface Observed {
  pod: Pod;
  nodeName: string;
  /** When the node was first found missing, on the control plane's own clock; a restart starts this anew. */
  missingSinceMs: number;
}

/** Since when each node has been found missing. */
class Absences {
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  missing(node: string): number {
    const since = this.#since.get(node) ?? this.#clock.nowMs();
    this.#since.set(node, since);
    if (this.#since.size > ABSENCES_MAX) {
      const oldest = this.#since.keys().next();
      if (!oldest.done) this.#since.delete(oldest.value);
    }
    return since;
  }

  present(node: string): void {
    this.#since.delete(node);
  }
}

/** Makes the controller; `clock` measures the quarantine. */
export function createGoneNodePodController(clock: Clock): Controller<Observed> {
  const absences = new Absences(clock);
  return {
    name: 'gone-node-pod',
    definition: podKind,
    triggers: [
      ownTrigger(podKind),
      {
        definition: nodeKind,
        keys: (node, cache) => cache.byIndex(podKind, NODE_INDEX, node.metadata.name ?? '').map(keyOf),
      },
    ],
    observe(cache, key) {
      const pod = cache.get(podKind, key);
      const nodeName = pod?.spec.nodeName ?? '';
      if (pod === undefined || nodeName === '') return undefined;
      if (cache.get(nodeKind, { namespace: '', name: nodeName }) !== undefined) {
        absences.present(nodeName);
        return undefined;
      }
      return { pod, nodeName, missingSinceMs: absences.missing(nodeName) };
    },
    plan: planGoneNodePod,
    primary: ({ pod }) => pod,
    describe: (reason) => describe(reason as GoneNodeReason),
  };
}

/** The reason as a sentence. */
export function describe(reason: GoneNodeReason): string {
  switch (reason.type) {
    case 'node-gone':
      return `removed, since node ${reason.node} is gone`;
    case 'node-missing':
      return `node ${reason.node} is missing; the pod is removed in ${secondsText(reason.inMs)} unless it comes back`;
  }
}

/** The store is asked once more whether the node is truly gone before anything is forced. */
function planGoneNodePod({ pod, nodeName, missingSinceMs }: Observed, { nowMs }: PlanInputs): Plan {
  const remainingMs = missingSinceMs + GONE_NODE_QUARANTINE_MS - nowMs;
  if (remainingMs > 0) {
    const reasons: GoneNodeReason[] = [{ type: 'node-missing', node: nodeName, inMs: remainingMs }];
    return { actions: [], recheckAfterMs: remainingMs, reasons };
  }
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  return {
    actions: [
      {
        type: 'delete',
        ref: { definition: podKind, namespace, name, uid },
        gracePeriodSeconds: 0,
        reason: `node ${nodeName} is gone`,
        onlyIfAbsent: [{ definition: nodeKind, namespace: '', name: nodeName, uid: '' }],
      },
    ],
    reasons: [{ type: 'node-gone', node: nodeName }],
  };
}
