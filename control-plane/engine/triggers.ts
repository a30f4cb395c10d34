// The usual ways in which a changed object concerns a controller's keys.
import type { KindDefinition } from '@gantry/api/definition';
import { apiVersionOf } from '@gantry/api/definition';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import type { Trigger } from './controller.ts';

/** A change of the primary object itself. */
export function ownTrigger(definition: KindDefinition): Trigger {
  return { definition, keys: (object) => [keyOf(object)] };
}

/**
 * A change of an object that belongs to a primary of kind `owner`, or that belongs to nobody and that one of
 * the primaries in its namespace wants (`adopts`).
 */
export function ownedTrigger(
  definition: KindDefinition,
  owner: KindDefinition,
  adopts?: (primary: AnyObject, orphan: AnyObject) => boolean,
): Trigger {
  return {
    definition,
    keys(object, cache) {
      const { namespace = '' } = object.metadata;
      const controller = controllerOf(object);
      if (controller !== undefined) {
        const mine = controller.kind === owner.kind && controller.apiVersion === apiVersionOf(owner);
        return mine ? [{ namespace, name: controller.name }] : [];
      }
      if (adopts === undefined) return [];
      return cache
        .list(owner, namespace)
        .filter((primary) => adopts(primary, object))
        .map(keyOf);
    },
  };
}
