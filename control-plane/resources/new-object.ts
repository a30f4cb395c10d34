// What the server itself says about a new object. Pure: identity and time are arguments.
import type { KindDefinition } from '@gantry/api/definition';
import { apiVersionOf } from '@gantry/api/definition';
import type { AnyObject, ObjectMeta } from '@gantry/api/meta';
import { timeText } from '@gantry/kit/time-text';
import { withStatusOf } from './changed-object.ts';

/** What a creation takes from outside. */
export interface Identity {
  name: string;
  uid: string;
  nowMs: number;
}

/** The object with the server's fields set and the user's words about them dropped. Copies what it changes. */
export function newObject(definition: KindDefinition, shaped: AnyObject, identity: Identity): AnyObject {
  const { status, ...rest } = shaped;
  const object: AnyObject = {
    ...rest,
    apiVersion: apiVersionOf(definition),
    kind: definition.kind,
    metadata: newMetadata(definition, shaped.metadata, identity),
  };
  if (!definition.subresources.status && status !== undefined) object['status'] = status;
  definition.initialStatus?.(object);
  return withStatusOf(definition, object);
}

function newMetadata(definition: KindDefinition, sent: ObjectMeta, identity: Identity): ObjectMeta {
  const {
    resourceVersion: _resourceVersion,
    selfLink: _selfLink,
    generation: _generation,
    deletionTimestamp: _deletionTimestamp,
    deletionGracePeriodSeconds: _deletionGracePeriodSeconds,
    namespace,
    ...kept
  } = sent;
  return {
    ...kept,
    name: identity.name,
    ...(definition.namespaced && namespace !== undefined ? { namespace } : {}),
    uid: identity.uid,
    creationTimestamp: timeText(identity.nowMs),
    ...(definition.hasGeneration ? { generation: 1 } : {}),
  };
}
