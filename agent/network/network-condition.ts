// What the node's condition `NetworkUnavailable` says. Pure. Only what stands in the way of this node's own pods makes
// it true, since that keeps new pods away: no other node can bring that about.
import type { NodeCondition } from '../node/node-conditions.ts';
import type { NetworkFault } from './network-state.ts';

export type NetworkVerdict = Pick<NodeCondition, 'status' | 'reason' | 'message'>;

/** @param unreachable the first of them, of `count`. */
export function conditionOf(
  fault: NetworkFault | undefined,
  unreachable: readonly { node: string; why: string }[],
  count: number,
): NetworkVerdict {
  if (fault !== undefined) return { status: 'True', ...fault };
  if (count > 0) {
    const names = unreachable.map(({ node, why }) => `${node} (${why})`).join('; ');
    return {
      status: 'False',
      reason: 'NodesLeftOut',
      message: `${count} nodes are out of the pod network: ${names}`,
    };
  }
  return { status: 'False', reason: 'PodNetworkReady', message: 'pods reach the pods of all nodes' };
}

/** What an agent says that was told to make no pod network. */
export const NETWORK_OFF: NetworkVerdict = {
  ...{ status: 'False', reason: 'PodNetworkOff' },
  message: "--pod-network off: pods are in the engine's own network, and reach no other node",
};
