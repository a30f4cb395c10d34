// Why a node has no range of pod addresses yet.
import type { Reason } from '../../engine/controller.ts';

/** Closed: each has its sentence below. */
export type RangeReason =
  | { type: 'giving-range'; range: string }
  | { type: 'no-range-left'; cluster: string; total: number }
  | { type: 'changes-refused'; message: string };

/** The reason as a sentence. */
export function describeRangeReason(given: Reason): string {
  const reason = given as RangeReason;
  switch (reason.type) {
    case 'giving-range':
      return `giving it the range of pod addresses ${reason.range}`;
    case 'no-range-left':
      return `all ${reason.total} ranges of pod addresses in ${reason.cluster} are taken: delete nodes that are gone, or start the control planes with a larger --cluster-cidr or a longer --node-cidr-mask-size`;
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
  }
}
