// Keeps `metadata.managedFields` up to date: who has set which field, for server-side apply.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { trackUpdate } from '@gantry/api/patch/track-update';
import type { Part, WriteContext } from './resources.ts';

/** A write that is complete but for its record of managers. */
export interface ManagedWrite {
  definition: KindDefinition;
  part: Part;
  previous?: AnyObject;
  next: AnyObject;
  context: Pick<WriteContext, 'fieldManager' | 'applied'>;
  nowMs: number;
}

/** The new object with the writer recorded; server-side apply has done so itself. */
export function recordManager({ definition, part, previous, next, context, nowMs }: ManagedWrite): AnyObject {
  if (context.applied === true) return next;
  const subresource = part === 'main' ? '' : part;
  return trackUpdate(definition, previous, next, { manager: context.fieldManager, subresource, nowMs });
}
