// The Event object of something that happened. Its name follows from what happened to whom, so that a repetition
// finds the Event that is already there and counts up.
import { createHash } from 'node:crypto';
import type { AnyObject } from '@gantry/api/meta';
import type { Event } from '@gantry/api/kinds/event';
import { timeText } from '@gantry/kit/time-text';
import type { EventNote } from './controller.ts';
import { EVENT_MESSAGE_LENGTH_MAX } from './plan-checks.ts';

/** One or more occurrences that are still to be stored. */
export interface Occurrences {
  note: EventNote;
  source: string;
  combined: boolean;
  count: number;
  firstMs: number;
  lastMs: number;
}

/** Longest name of an object. */
const NAME_LENGTH_MAX = 253;
/** Namespace of Events about cluster-wide objects. */
const CLUSTER_EVENTS_NAMESPACE = 'default';
const COMBINED_PREFIX = '(combined from similar events): ';

/** Equal for occurrences of the same thing: they belong to the same Event. */
export function identityOf(at: Pick<Occurrences, 'note' | 'source' | 'combined'>): string {
  const { regarding, reason, message, severity } = at.note;
  const { uid = '' } = regarding.metadata;
  const told = at.combined ? '' : message;
  return JSON.stringify([regarding.kind, uid, at.source, severity, reason, at.combined, told]);
}

/** The key of the Event that these occurrences belong to. */
export function eventKeyOf(at: Pick<Occurrences, 'note' | 'source' | 'combined'>): {
  namespace: string;
  name: string;
} {
  const { name = '', namespace = CLUSTER_EVENTS_NAMESPACE } = at.note.regarding.metadata;
  const hash = createHash('sha256').update(identityOf(at)).digest('hex').slice(0, 16);
  return { namespace, name: `${name.slice(0, NAME_LENGTH_MAX - hash.length - 1)}.${hash}` };
}

/** The Event of first occurrences. */
export function newEvent(at: Occurrences): Event {
  const { regarding, severity, reason } = at.note;
  const { namespace, name, uid, resourceVersion } = regarding.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: eventKeyOf(at),
    involvedObject: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    type: severity,
    reason,
    message: messageOf(at),
    source: { component: at.source },
    reportingComponent: at.source,
    reportingInstance: '',
    count: at.count,
    firstTimestamp: timeText(at.firstMs),
    lastTimestamp: timeText(at.lastMs),
    eventTime: microTimeText(at.lastMs),
  };
}

/** The stored Event with further occurrences counted in. */
export function repeatedEvent(stored: AnyObject, at: Occurrences): AnyObject {
  const event = stored as Event;
  return {
    ...event,
    message: messageOf(at),
    count: (event.count ?? 0) + at.count,
    lastTimestamp: timeText(at.lastMs),
    eventTime: microTimeText(at.lastMs),
  };
}

function messageOf(at: Occurrences): string {
  return `${at.combined ? COMBINED_PREFIX : ''}${at.note.message}`.slice(0, EVENT_MESSAGE_LENGTH_MAX);
}

/** RFC 3339 with six digits, as Kubernetes' MicroTime. */
function microTimeText(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
