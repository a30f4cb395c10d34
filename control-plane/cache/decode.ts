// Stored values as frozen objects. A value that is not what its key says is an answer, not an exception.
import type { AnyObject } from '@gantry/api/meta';
import type { KindDefinition } from '@gantry/api/definition';
import { isRecord } from '@gantry/kit/is-record';
import { messageOf } from '@gantry/kit/operational-error';
import type { Entry } from '../store/store.ts';
import { freezeNewParts } from './freeze.ts';
import type { SharedFields } from './shared-fields.ts';

/** An object, or why the value cannot be one. */
export type Decoded = { object: AnyObject } | { problem: string };

/**
 * Parses a value and freezes all of it.
 *
 * @param path the key behind the kind's prefix: `namespace/name`, or `name`.
 */
export function decode(
  definition: KindDefinition,
  path: string,
  { value, modRevision }: Pick<Entry, 'value' | 'modRevision'>,
  shared: SharedFields,
): Decoded {
  let raw: unknown;
  try {
    raw = shared.parse(value);
  } catch (error) {
    return { problem: `not JSON: ${messageOf(error)}` };
  }
  const problem = whyNotObject(definition, path, raw);
  if (problem !== undefined) return { problem };
  const object = raw as AnyObject;
  object.metadata.resourceVersion = String(modRevision);
  return { object: freezeNewParts(object) };
}

function whyNotObject(definition: KindDefinition, path: string, raw: unknown): string | undefined {
  if (!isRecord(raw)) return 'not a JSON object';
  if (raw['kind'] !== definition.kind) return `kind is not ${definition.kind}`;
  if (typeof raw['apiVersion'] !== 'string') return 'no apiVersion';
  const metadata = raw['metadata'];
  if (!isRecord(metadata)) return 'no metadata';
  const { namespace, name } = metadata;
  const expected = definition.namespaced ? `${String(namespace)}/${String(name)}` : String(name);
  return expected === path ? undefined : 'its name is not that of its key';
}

/** The same object as of `revision`: what a deletion leaves to tell. Frozen. */
export function atRevision(object: AnyObject, revision: number): AnyObject {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion: String(revision) });
  return Object.freeze({ ...object, metadata });
}

/** The object as of `revision`, frozen; without a copy as far as it is not frozen yet, as its maker hands it over. */
export function adopted(object: AnyObject, revision: number): AnyObject {
  if (Object.isFrozen(object) || Object.isFrozen(object.metadata)) {
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    return freezeNewParts({ ...object, metadata });
  }
  object.metadata.resourceVersion = String(revision);
  return freezeNewParts(object);
}
