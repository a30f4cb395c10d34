// Why a node is treated as it is.
import { counted, secondsText } from '../counted.ts';

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
      return `no heartbeat for ${secondsText(reason.silentMs)}: the node counts as lost until its agent is heard again`;
    case 'all-silent':
      return `no node has been heard for ${secondsText(reason.silentMs)}: the control plane itself may have been away or cut off, so pods stay where they are`;
    case 'not-ready':
      return 'the agent reports that the node is not ready: its conditions say why';
    case 'awaiting-report':
      return 'waiting for the agent to report how the node is';
    case 'evicting':
      return `sending away ${counted(reason.pods, 'pod')} whose toleration has run out`;
    case 'evicting-soon':
      return `${counted(reason.pods, 'pod')} will be sent away, the first in ${secondsText(reason.inMs)}, unless the node recovers`;
  }
}
