// Keeps pods off nodes that are not ready, even before a controller has set the taint that says so.
import { untoleratedTaint } from '@gantry/api/tolerations';
import type { NodeFilter } from '../plugin.ts';
import { taintText } from './taints.ts';

export const nodeReady: NodeFilter = {
  name: 'NodeReady',
  scope: 'node',
  prepare(pod) {
    const { tolerations } = pod.needs.spec;
    return (_node, { conditionTaint }) => {
      if (conditionTaint === undefined) return undefined;
      return untoleratedTaint([conditionTaint], tolerations) && [taintText(conditionTaint)];
    };
  },
  curedBy: (changes) => changes.nodeAdded || changes.nodeParts.has('ready'),
};
