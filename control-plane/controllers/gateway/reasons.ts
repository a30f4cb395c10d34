// Why Gateways, routes and Ingresses are not in force, or not wholly.
import { firstFew } from '@gantry/kit/first-few';
import type { Reason } from '../../engine/controller.ts';

/** Closed: each has its sentence below. */
export type GatewayReason =
  | { type: 'not-served'; part: string; message: string }
  | { type: 'unresolved'; message: string }
  | { type: 'no-node-serves' }
  | { type: 'not-ours' }
  | { type: 'changes-refused'; message: string };

/** Problems that a message has room for; more are counted. */
const PROBLEMS_SHOWN = 3;

/** The reason as a sentence. */
export function describeGatewayReason(given: Reason): string {
  const reason = given as GatewayReason;
  switch (reason.type) {
    case 'not-served':
      return `${reason.part} is not served: ${reason.message}`;
    case 'unresolved':
      return `not all that it names can be used: ${reason.message}`;
    case 'no-node-serves':
      return 'no node that is Ready has a service proxy in step: there is no address to reach it at';
    case 'not-ours':
      return 'it names no Gateway of ours and no Service: Gantry does nothing with it';
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
  }
}

/** All problems in one message, each once. */
export function problemsText(problems: readonly { message: string }[]): string {
  const messages = [...new Set(problems.map(({ message }) => message))];
  return firstFew(messages, PROBLEMS_SHOWN, '; ');
}
