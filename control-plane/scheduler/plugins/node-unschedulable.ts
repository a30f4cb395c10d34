// Keeps pods off cordoned nodes, unless they tolerate the taint that a cordon stands for.
import { untoleratedTaint } from '@gantry/api/tolerations';
import { TAINT_UNSCHEDULABLE } from '../node-state.ts';
import type { NodeFilter } from '../plugin.ts';

const REFUSAL = ['node(s) were unschedulable'];
const CORDON = [{ key: TAINT_UNSCHEDULABLE, effect: 'NoSchedule' }];

export const nodeUnschedulable: NodeFilter = {
  name: 'NodeUnschedulable',
  scope: 'node',
  prepare(pod) {
    const tolerated = untoleratedTaint(CORDON, pod.needs.spec.tolerations) === undefined;
    return tolerated ? undefined : (_node, { unschedulable }) => (unschedulable ? REFUSAL : undefined);
  },
  curedBy: (changes) => changes.nodeAdded || changes.nodeParts.has('schedulable'),
};
