// Why a node is treated as it is.

/** The closed union of reasons. */
export type NodeReason =
  | { type: 'lost'; silentMs: number }
  | { type: 'all-silent'; silentMs: number }
  | { type: 'not-ready' }
  | { type: 'awaiting-report' }
  | { type: 'evicting'; pods: number }
  | { type: 'evicting-soon'; pods: number; inMs: number };

/** The reason as a sentence. */
export function describe(reason: NodeReason): string {
  switch (reason.type) {
    case 'lost':
      return `no heartbeat for ${secondsText(reason.silentMs)}: the node is lost`;
    case 'all-silent':
      return `no node has been heard for ${secondsText(reason.silentMs)}: the control plane itself may have been away or cut off, so nothing is evicted`;
    case 'not-ready':
      return 'the node says that it is not ready';
    case 'awaiting-report':
      return 'waiting for the node to report its status';
    case 'evicting':
      return `evicting ${reason.pods} pods whose toleration has run out`;
    case 'evicting-soon':
      return `${reason.pods} pods leave in ${secondsText(reason.inMs)} unless the node recovers`;
  }
}

function secondsText(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
