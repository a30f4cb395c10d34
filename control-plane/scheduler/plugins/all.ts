// The plugins in use. Filters run in this order and the first refusal counts; cheap and telling ones come first.
import type { FilterPlugin, ScorePlugin } from '../plugin.ts';
import { hostPorts } from './host-ports.ts';
import { imagePresent } from './image-present.ts';
import { nodeAffinityFilter, nodeAffinityScore } from './node-affinity.ts';
import { nodeReady } from './node-ready.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { ownerSpread } from './owner-spread.ts';
import { podAffinityScore } from './pod-affinity-score.ts';
import { podAffinityFilter } from './pod-affinity.ts';
import { balancedAllocation, leastAllocated } from './resource-scores.ts';
import { resourcesFit } from './resources-fit.ts';
import { taintFilter, taintScore } from './taints.ts';
import { topologySpreadFilter, topologySpreadScore } from './topology-spread.ts';

/** What a scheduler decides with. */
export interface Plugins {
  filters: readonly FilterPlugin[];
  scores: readonly ScorePlugin[];
}

export const allPlugins: Plugins = {
  filters: [
    nodeUnschedulable,
    nodeReady,
    taintFilter,
    nodeAffinityFilter,
    resourcesFit,
    hostPorts,
    topologySpreadFilter,
    podAffinityFilter,
  ],
  scores: [
    ownerSpread,
    leastAllocated,
    balancedAllocation,
    imagePresent,
    nodeAffinityScore,
    podAffinityScore,
    topologySpreadScore,
    taintScore,
  ],
};
