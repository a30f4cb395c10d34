// Objects reduced to their metadata, for clients that need no more (garbage collectors, table rows). Pure.
import type { AnyObject } from '@gantry/api/meta';

/** The object's metadata as an object of its own kind. */
export function partialMetadata({ metadata }: Pick<AnyObject, 'metadata'>): AnyObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
