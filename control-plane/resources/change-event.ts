// The Event of a change that users should know of, with the name of who made it. It is written in the transaction of
// the change itself: there is none without the other.
import type { KindDefinition } from '@gantry/api/definition';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import type { AnyObject } from '@gantry/api/meta';
import { timeText } from '@gantry/kit/time-text';
import type { Write } from '../store/store.ts';
import type { ResourcesDeps } from './deps.ts';
import { newObject } from './new-object.ts';
import { storeKeyOf, valueOf } from './object-key.ts';
import type { WriteContext } from './resources.ts';

/** Longest message of an Event, as Kubernetes has it. */
const MESSAGE_CHARS_MAX = 1024;
/** Room for a dot and the suffix that tells Events of one object apart. */
const SUFFIX_LENGTH = 16;
const NAME_CHARS_MAX = 253 - SUFFIX_LENGTH - 1;
/** Namespace of Events about cluster-wide objects. */
const CLUSTER_EVENTS_NAMESPACE = 'default';
const COMPONENT = 'gantry.dev/api-server';

/** An object before and after a write. */
interface ObjectChange {
  definition: KindDefinition;
  before?: AnyObject | undefined;
  after?: AnyObject | undefined;
}

/** The write of the Event; none when the kind has nothing to tell of the change. */
export function changeEvent(
  deps: Pick<ResourcesDeps, 'clock' | 'ids'>,
  { definition, before, after }: ObjectChange,
  { user }: Partial<Pick<WriteContext, 'user'>>,
): Write[] {
  const note = definition.changesOf?.(before, after);
  const object = after ?? before;
  if (note === undefined || object === undefined) return [];
  const message = clipped(`${user?.name ?? 'gantry'}: ${note.changes.join('; ')}`);
  const name = `${(object.metadata.name ?? '').slice(0, NAME_CHARS_MAX)}.${deps.ids.suffix(SUFFIX_LENGTH)}`;
  const nowMs = deps.clock.nowMs();
  const { namespace = CLUSTER_EVENTS_NAMESPACE } = object.metadata;
  const told = eventOf(object, { name, namespace }, { reason: note.reason, message, nowMs });
  const event = newObject(eventKind, told, { name, uid: deps.ids.uid(), nowMs });
  return [{ type: 'put', key: storeKeyOf(eventKind, { namespace, name }), value: valueOf(event) }];
}

function eventOf(
  { apiVersion, kind, metadata }: AnyObject,
  key: { namespace: string; name: string },
  { reason, message, nowMs }: { reason: string; message: string; nowMs: number },
): Event {
  const { namespace, name, uid } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: key,
    involvedObject: {
      ...{ apiVersion, kind },
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
    },
    type: 'Normal',
    ...{ reason, message },
    source: { component: COMPONENT },
    reportingComponent: COMPONENT,
    reportingInstance: '',
    count: 1,
    firstTimestamp: timeText(nowMs),
    lastTimestamp: timeText(nowMs),
  };
}

function clipped(message: string): string {
  return message.length > MESSAGE_CHARS_MAX ? `${message.slice(0, MESSAGE_CHARS_MAX - 1)}…` : message;
}
