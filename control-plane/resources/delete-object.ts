// Deleting an object: at once, or by marking it for whoever still has to finish something.
import type { KindDefinition } from '@gantry/api/definition';
import type { ObjectKey } from '@gantry/api/meta';
import { checkObject } from './check-object.ts';
import { changeObject } from './conditional-write.ts';
import type { Change } from './conditional-write.ts';
import { decideDeletion } from './deletion.ts';
import type { ResourcesDeps } from './deps.ts';
import type { DeleteOptions, DeleteResult, WriteContext } from './resources.ts';

/**
 * Deletes an object.
 *
 * @throws StatusError 403, 404, 409, 504.
 */
export async function deleteObject(
  deps: ResourcesDeps,
  definition: KindDefinition,
  key: ObjectKey,
  options: DeleteOptions,
  context: WriteContext,
): Promise<DeleteResult> {
  const { type, object } = await changeObject(deps, definition, key, context, (current): Change => {
    checkObject(deps, { verb: 'delete', part: 'main', definition, object: current }, context);
    const step = decideDeletion(definition, current, options, deps.clock.nowMs());
    if (step.type === 'nothing') return { type: 'same', object: step.object };
    return { type: step.type === 'remove' ? 'remove' : 'put', object: step.object };
  });
  return { gone: type === 'remove', object };
}
