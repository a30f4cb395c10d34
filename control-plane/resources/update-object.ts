// Changing an object: the client's proposal is brought into shape, merged with what only the server sets,
// checked against the present state, and written when anything differs.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { admittedShape } from './admitted-shape.ts';
import { checkIdentity, endsDeletion, isSame, mergedPart, withGeneration } from './changed-object.ts';
import { checkObject } from './check-object.ts';
import { changeObject } from './conditional-write.ts';
import type { Change } from './conditional-write.ts';
import { checkNoNewFinalizers } from './deletion.ts';
import type { ResourcesDeps } from './deps.ts';
import { recordManager } from './field-managers.ts';
import type { Part, WriteContext } from './resources.ts';

/**
 * Updates one part of an object.
 *
 * @throws StatusError 400, 403, 404, 409, 413, 422, 504.
 */
export async function updateObject(
  deps: ResourcesDeps,
  definition: KindDefinition,
  key: ObjectKey,
  part: Part,
  change: (current: AnyObject) => AnyObject,
  context: WriteContext,
): Promise<AnyObject> {
  const decide = (current: AnyObject): Change =>
    decideUpdate(deps, definition, part, current, change, context);
  const { object } = await changeObject(deps, definition, key, context, decide);
  return object;
}

function decideUpdate(
  deps: ResourcesDeps,
  definition: KindDefinition,
  part: Part,
  current: AnyObject,
  change: (current: AnyObject) => AnyObject,
  context: WriteContext,
): Change {
  const proposed = change(current);
  if (proposed === current) return { type: 'same', object: current };
  checkIdentity(definition, current, proposed);
  const next = admittedChange(definition, current, mergedPart(definition, part, current, proposed), context);
  const object = withGeneration(definition, current, next);
  checkObject(deps, { verb: 'update', part, definition, object, previous: current }, context);
  checkNoNewFinalizers(definition, current, object);
  const managed = recordManager({
    definition,
    part,
    previous: current,
    next: object,
    context,
    nowMs: deps.clock.nowMs(),
  });
  if (isSame(current, managed)) return { type: 'same', object: current };
  return { type: endsDeletion(definition, managed) ? 'remove' : 'put', object: managed };
}

/** A record of managers that stays as it is has been admitted before; it is often larger than all the rest. */
function admittedChange(
  definition: KindDefinition,
  current: AnyObject,
  merged: AnyObject,
  context: WriteContext,
): AnyObject {
  const { managedFields, ...metadata } = merged.metadata;
  if (managedFields === undefined || managedFields !== current.metadata.managedFields)
    return admittedShape(definition, merged, context);
  const next = admittedShape(definition, { ...merged, metadata }, context);
  next.metadata.managedFields = managedFields;
  return next;
}
