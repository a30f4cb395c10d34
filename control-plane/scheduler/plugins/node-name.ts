// A pod that names its node goes there or nowhere.
import type { FilterPlugin } from '../plugin.ts';

const REFUSAL = ["node(s) didn't match the requested node name"];

export const nodeName: FilterPlugin = {
  name: 'NodeName',
  scope: 'node',
  prepare(pod) {
    const wanted = pod.needs.spec.nodeName ?? '';
    return wanted === '' ? undefined : (node) => (node.name === wanted ? undefined : REFUSAL);
  },
  curedBy: (change, pod) => change.type === 'node-added' && change.node === pod.needs.spec.nodeName,
};
