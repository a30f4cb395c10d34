// Why a Service's endpoints are what they are, and what they wait for.
import type { Reason } from '../../engine/controller.ts';
import { counted } from '../counted.ts';
import type { Hindrance } from './endpoints.ts';

/** Closed: each has its sentence below. */
export type ServiceReason =
  | { type: 'no-selector' }
  | { type: 'external-name' }
  | { type: 'no-pods'; selector: string }
  | { type: 'pods-left-out'; cause: Hindrance; count: number; names: readonly string[] }
  | { type: 'port-not-found'; port: string; count: number; names: readonly string[] }
  | { type: 'writing-slices'; count: number }
  | { type: 'changes-refused'; message: string }
  | { type: 'being-deleted' };

/** Names that a sentence has room for. */
export const NAMES_MAX = 3;

const CAUSES: Readonly<Record<Hindrance, [one: string, several: string]>> = {
  finished: ['has ended', 'have ended'],
  'no-address': ['has no address yet', 'have no address yet'],
  'being-stopped': ['is being stopped', 'are being stopped'],
  'not-ready': ['is not ready', 'are not ready'],
  unmarked: ['is just being marked', 'are just being marked'],
};

/** The reason as a sentence. */
export function describeServiceReason(given: Reason): string {
  const reason = given as ServiceReason;
  switch (reason.type) {
    case 'no-selector':
      return 'it has no selector: whoever made it keeps its EndpointSlices';
    case 'external-name':
      return 'it stands for another name: it has no endpoints';
    case 'no-pods':
      return `no pod of the namespace has the labels ${reason.selector}`;
    case 'pods-left-out':
      return `${counted(reason.count, 'pod')} ${reason.count === 1 ? 'gets' : 'get'} no new connections because ${reason.count === 1 ? 'it' : 'they'} ${CAUSES[reason.cause][reason.count === 1 ? 0 : 1]}: ${named(reason)}`;
    case 'port-not-found':
      return `no container of ${counted(reason.count, 'pod')} has a port named "${reason.port}": ${named(reason)}`;
    case 'writing-slices':
      return `writing ${counted(reason.count, 'EndpointSlice')}`;
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
    case 'being-deleted':
      return 'being deleted: its EndpointSlices go with it';
  }
}

function named({ names, count }: { names: readonly string[]; count: number }): string {
  const more = count - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
