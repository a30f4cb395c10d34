// Event as events.k8s.io/v1 words it: the same store, other names for the same fields.
import type { AliasForm } from '../definition.ts';
import type { AnyObject } from '../meta.ts';
import { described, integer, microTime, optional, struct, text, time } from '../schema.ts';
import type { Event } from './event.ts';
import { EventSource } from './event-source.ts';
import { objectFields } from './object-fields.ts';
import { ObjectReference } from './reference.ts';

const EVENTS = 'io.k8s.api.events.v1';

/** Its name here and in core v1. What is not named is the same in both. */
const NAMES: readonly (readonly [here: string, core: string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

const EventSeries = struct(`${EVENTS}.EventSeries`, 'A row of like events.', {
  count: integer('How many so far.'),
  lastObservedTime: microTime('When the last one was seen.'),
});

const EventsV1Event = struct(`${EVENTS}.Event`, 'Something that happened to an object, told to its user.', {
  ...objectFields,
  eventTime: optional(microTime('When it happened, to the microsecond.')),
  series: optional(described('The row of like events that this one stands for.', EventSeries)),
  reportingController: optional(text('Who reports, e.g. gantry.dev/scheduler.')),
  reportingInstance: optional(text('Which instance of it reports.')),
  action: optional(text('What was done about it.')),
  reason: optional(text('One word for programs: what happened.')),
  regarding: optional(described('The object to which it happened.', ObjectReference)),
  related: optional(described('A second object that has to do with it.', ObjectReference)),
  note: optional(text('A sentence for people: what happened.')),
  type: optional(text('Normal or Warning.')),
  deprecatedSource: optional(described('Who reports, in the words of core v1.', EventSource)),
  deprecatedFirstTimestamp: optional(time('When it happened first, in the words of core v1.')),
  deprecatedLastTimestamp: optional(time('When it happened last, in the words of core v1.')),
  deprecatedCount: optional(integer('How often it happened, in the words of core v1.')),
});

const REGARDING = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

/** How events.k8s.io/v1 shows and takes Events. */
export const eventV1Form: AliasForm = {
  schema: EventsV1Event,
  show: (event) => renamed(event, new Map(NAMES.map(([here, core]) => [core, here]))),
  // core v1 cannot do without the object.
  store: (event) => ({ involvedObject: {}, ...renamed(event, new Map(NAMES)) }),
  selectableFields: {
    ...Object.fromEntries(
      REGARDING.map((field) => [
        `regarding.${field}`,
        (event: AnyObject) => (event as Event).involvedObject[field] ?? '',
      ]),
    ),
    reason: (event) => (event as Event).reason ?? '',
    reportingController: (event) => (event as Event).reportingComponent ?? '',
    type: (event) => (event as Event).type ?? '',
  },
};

function renamed(event: AnyObject, names: ReadonlyMap<string, string>): AnyObject {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [names.get(name) ?? name, value]),
  ) as AnyObject;
}
