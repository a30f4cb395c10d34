// Events of an object, the latest first. Pure.
import type { Event } from '@gantry/api/kinds/event';
import { eventCount, firstSeen, lastSeen } from '@gantry/api/kinds/event-columns';

/** One line of the list. */
export interface EventRow {
  key: string;
  isWarning: boolean;
  reason: string;
  message: string;
  /** Who reports. */
  source: string;
  count: number;
  first: string | undefined;
  last: string | undefined;
}

/** Shown at most: an object that fails for hours has hundreds. */
export const EVENTS_SHOWN_MAX = 100;

/** The events of the object with this UID, or of all that had its name where none is given. */
export function eventRows(events: readonly Event[], uid?: string): EventRow[] {
  return events
    .filter(({ involvedObject }) => uid === undefined || isOf(involvedObject.uid, uid))
    .map(rowOf)
    .sort((a, b) => Date.parse(b.last ?? '') - Date.parse(a.last ?? '') || 0);
}

/** Events about nodes carry no UID that can be relied on: kubelets put the name there. */
function isOf(found: string | undefined, uid: string): boolean {
  return found === undefined || found === '' || found === uid;
}

function rowOf(event: Event): EventRow {
  const { metadata, type, reason = '', message = '', source, reportingComponent } = event;
  return {
    key: metadata.uid ?? metadata.name ?? '',
    isWarning: type === 'Warning',
    reason,
    message: message.trim(),
    source: source?.component ?? reportingComponent ?? '',
    count: eventCount(event),
    first: firstSeen(event),
    last: lastSeen(event),
  };
}
