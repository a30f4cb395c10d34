// Event: something that happened to an object, told to its user.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, integer, microTime, optional, struct, text, time } from '../schema.ts';
import { objectFields } from './object-fields.ts';
import { ObjectReference } from './reference.ts';
import { invalidValue } from '../issues.ts';
import { metadataIssues } from './check-metadata.ts';
import { eventColumns } from './event-columns.ts';
import { EventSource } from './event-source.ts';
import { eventV1Form } from './event-v1.ts';

const CORE = 'io.k8s.api.core.v1';
const DESCRIPTION = 'Something that happened to an object, told to its user. Events go away after a while.';

export const EventSeries = struct(`${CORE}.EventSeries`, 'A row of like events.', {
  count: optional(integer('How many so far.')),
  lastObservedTime: optional(microTime('When the last one was seen.')),
});

export const Event = struct(`${CORE}.Event`, DESCRIPTION, {
  ...objectFields,
  involvedObject: described('The object to which it happened.', ObjectReference),
  reason: optional(text('One word for programs: what happened.')),
  message: optional(text('A sentence for people: what happened.')),
  type: optional(text('Normal or Warning.')),
  source: optional(described('Who reports.', EventSource)),
  firstTimestamp: optional(time('When it happened first.')),
  lastTimestamp: optional(time('When it happened last.')),
  count: optional(integer('How often it happened.')),
  eventTime: optional(microTime('When it happened, to the microsecond.')),
  series: optional(described('The row of like events that this one stands for.', EventSeries)),
  action: optional(text('What was done about it.')),
  related: optional(described('A second object that has to do with it.', ObjectReference)),
  reportingComponent: optional(text('Who reports, e.g. gantry.dev/scheduler.')),
  reportingInstance: optional(text('Which instance of it reports.')),
});
export type Event = Static<typeof Event>;

export const eventKind = defineKind<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  aliases: [{ group: 'events.k8s.io', version: 'v1', form: eventV1Form }],
  schema: Event,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: false,
  check: (event) => {
    const issues = metadataIssues(event.metadata);
    const namespace = event.involvedObject.namespace ?? '';
    if (namespace !== '' && namespace !== (event.metadata.namespace ?? '')) {
      issues.push(invalidValue('involvedObject.namespace', namespace, 'must be the namespace of the event'));
    }
    return issues;
  },
  columns: eventColumns,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component ?? reportingComponent ?? '',
    type: ({ type }) => type ?? '',
  },
});
