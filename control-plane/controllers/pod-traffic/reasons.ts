// Why a pod that is being stopped still waits for its traffic to end.
import type { Reason } from '../../engine/controller.ts';
import { counted } from '../counted.ts';

/** Closed: each has its sentence below. */
export type TrafficReason =
  | { type: 'publishing' }
  | { type: 'waiting-for-slices'; services: readonly string[] }
  | { type: 'waiting-for-proxies'; count: number; nodes: readonly string[] }
  | { type: 'withdrawn' };

/** Names that a sentence has room for. */
export const NAMES_MAX = 3;

/** The reason as a sentence. */
export function describeTrafficReason(given: Reason): string {
  const reason = given as TrafficReason;
  switch (reason.type) {
    case 'publishing':
      return 'Services may lead to it from now on';
    case 'waiting-for-slices':
      return `it is stopped once it is out of the EndpointSlices of ${reason.services.join(', ')}`;
    case 'waiting-for-proxies':
      return `it is stopped once ${counted(reason.count, 'node')} ${reason.count === 1 ? 'sends' : 'send'} nothing there any more: ${reason.nodes.join(', ')}${reason.count > reason.nodes.length ? ', …' : ''}`;
    case 'withdrawn':
      return 'no node sends anything there any more: it may be stopped';
  }
}
