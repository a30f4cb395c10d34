// Why a Service of type LoadBalancer is not reached at the nodes, or not at all of its ports.
import type { Reason } from '../../engine/controller.ts';

/** Closed: each has its sentence below. */
export type LoadBalancerReason =
  | { type: 'port-unavailable'; message: string }
  | { type: 'no-node-serves' }
  | { type: 'changes-refused'; message: string };

/** The reason as a sentence. */
export function describeLoadBalancerReason(given: Reason): string {
  const reason = given as LoadBalancerReason;
  switch (reason.type) {
    case 'port-unavailable':
      return `not served at the addresses of the nodes: ${reason.message}`;
    case 'no-node-serves':
      return 'no node that is Ready has a service proxy in step: there is no address to reach it at';
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
  }
}
