// Gives each node a range of pod addresses, once. That no two nodes get the same is seen to by the claim that is
// written with it (addresses/node-claims.ts). Pure.
import { nodeKind } from '@gantry/api/kinds/node';
import type { Plan, PlanInputs } from '../../engine/controller.ts';
import { isDeleting } from '../pod-condition.ts';
import type { ObservedRange } from './observe.ts';
import { describeRangeReason, type RangeReason } from './reasons.ts';

/** A node that goes wakes one that waits; should that be missed, room is looked for so often. */
const LOOK_AGAIN_MS = 300_000;

/** The plan for one node. */
export function planRange({ node, free, total, cluster }: ObservedRange, { failure }: PlanInputs): Plan {
  const hasRange = (node.spec.podCIDR ?? '') !== '';
  if (hasRange || isDeleting(node)) return { actions: [], reasons: [] };
  const refused: RangeReason[] =
    failure === undefined ? [] : [{ type: 'changes-refused', message: failure.message }];
  if (free === undefined) {
    const reason: RangeReason = { type: 'no-range-left', cluster, total };
    const note = { regarding: node, severity: 'Warning', reason: 'CIDRNotAvailable' } as const;
    return {
      actions: [{ type: 'record-event', ...note, message: describeRangeReason(reason) }],
      recheckAfterMs: LOOK_AGAIN_MS,
      reasons: [...refused, reason],
    };
  }
  const object = { ...node, spec: { ...node.spec, podCIDR: free, podCIDRs: [free] } };
  return {
    actions: [{ type: 'update', definition: nodeKind, object }],
    reasons: [...refused, { type: 'giving-range', range: free }],
  };
}
