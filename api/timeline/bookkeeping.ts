// What of a timeline most readers do not miss: the parts of Gantry writing down how far they are. Pure.
import type { TimelineEntry } from './timeline-entry.ts';

const PARTS = /-controller$|^(agent|default-scheduler|gantry|event-recorder)$/;

/** Whether the entry only says that a part of Gantry has written a status, or marks in metadata. */
export function isBookkeeping({ type, who, verb, fields = [], object, actions = [] }: TimelineEntry): boolean {
  if (type === 'plan') return actions.every((action) => action === 'write the status') && actions.length > 0;
  if (type !== 'change' || !PARTS.test(who)) return false;
  if (object.kind === 'EndpointSlice') return true;
  return verb === 'update' && fields.every((field) => /^(status|metadata)(\.|$)/.test(field));
}
