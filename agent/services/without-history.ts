// What of an object is kept on this node.
import type { AnyObject } from '@gantry/api/meta';

/** Who set which field is of no use here and makes up half of an object. */
export function withoutHistory<T extends AnyObject>(object: T): T {
  const { managedFields: _managed, ...metadata } = object.metadata;
  return { ...object, metadata };
}
