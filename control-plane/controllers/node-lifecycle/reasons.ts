// Why a node is treated as it is.
import { counted, secondsText } from '../counted.ts';

/** The closed union of reasons. */
export type NodeReason =
  | { type: 'lost'; silentMs: number }
  | { type: 'all-silent'; silentMs: number }
  | { type: 'none-ready' }
  | { type: 'zone-disrupted'; zone: string; away: number; of: number }
  | { type: 'awaiting-turn'; zone: string; inMs: number }
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
    case 'none-ready':
      return 'no node of the cluster is ready: pods have nowhere to go, and stay where they are';
    case 'zone-disrupted':
      return `${reason.away} of ${reason.of} nodes ${zoneText(reason.zone)} are away: nobody is evicted`;
    case 'awaiting-turn':
      return `the nodes ${zoneText(reason.zone)} that are away lose their pods one after the other: this one's turn comes in ${secondsText(reason.inMs)}`;
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

/** `region:zone`, as nodes are labelled. */
function zoneText(zone: string): string {
  return zone === '' ? 'without a zone' : `of zone ${zone.replace(/^:/, '')}`;
}
