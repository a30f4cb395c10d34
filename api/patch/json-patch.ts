// JSON patch (RFC 6902), with the bounds that a server needs. The operations are rfc6902's; what that library
// leaves undefined (roots, scalar parents, comparing) is decided here first.
import equal from 'fast-deep-equal';
import { Pointer, applyPatch as applyOperations, type Operation } from 'rfc6902';
import { isList, isMap } from '../json-value.ts';
import type { PatchResult } from './patch-result.ts';

/** Kubernetes' own limit. */
export const OPERATIONS_MAX = 10_000;
/** Sum of all copied values as JSON text: `copy` can double a document with each operation. */
export const COPIED_BYTES_MAX = 3 * 1024 * 1024;

const OPERATIONS: readonly string[] = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/** Applies all operations or none; the target is not changed. */
export function jsonPatch(target: unknown, patch: unknown): PatchResult {
  if (!isList(patch)) return malformed('a JSON patch is a list of operations');
  if (patch.length > OPERATIONS_MAX) {
    return malformed(`the patch has ${patch.length} operations; at most ${OPERATIONS_MAX} are taken`);
  }
  const holder = { document: structuredClone(target) };
  let copiedBytes = 0;
  for (const [index, candidate] of patch.entries()) {
    const shape = shapeFault(candidate);
    if (shape !== undefined) return malformed(`operation ${index}: ${shape}`);
    const operation = candidate as Operation;
    if (operation.op === 'copy')
      copiedBytes += bytesOf(Pointer.fromJSON(operation.from).get(holder.document));
    if (copiedBytes > COPIED_BYTES_MAX) return malformed('the patch copies too much');
    const message = perform(holder, operation);
    if (message !== undefined) {
      return {
        ok: false,
        fault: 'rejected',
        message: `operation ${index} (${operation.op} ${operation.path}): ${message}`,
      };
    }
  }
  return { ok: true, value: holder.document };
}

function shapeFault(operation: unknown): string | undefined {
  if (!isMap(operation)) return 'must be an object';
  const { op, path, from } = operation;
  if (typeof op !== 'string' || !OPERATIONS.includes(op))
    return `"op" must be one of ${OPERATIONS.join(', ')}`;
  const pathFault = pointerFault('path', path);
  if (pathFault !== undefined) return pathFault;
  const fromFault = op === 'move' || op === 'copy' ? pointerFault('from', from) : undefined;
  if (fromFault !== undefined) return fromFault;
  const hasValue = op === 'add' || op === 'replace' || op === 'test';
  if (hasValue && !Object.hasOwn(operation, 'value')) return '"value" is missing';
  return undefined;
}

/** Why a pointer is not taken. Names that reach prototypes are fields of no kind. */
function pointerFault(field: 'path' | 'from', pointer: unknown): string | undefined {
  if (typeof pointer !== 'string') return `"${field}" is missing`;
  if (!/^(?:\/(?:[^~/]|~[01])*)*$/.test(pointer)) {
    return `"${field}" ${JSON.stringify(pointer)} is no JSON pointer; it starts with "/", and "~" is written "~0"`;
  }
  const [, reserved] = /\/(__proto__|constructor|prototype)(?:\/|$)/.exec(pointer) ?? [];
  return reserved === undefined
    ? undefined
    : `"${field}" ${JSON.stringify(pointer)} names "${reserved}", which no field may be called`;
}

const NO_PLACE = 'there is no such place in the object';

/** @returns why the operation does not fit; undefined when it was done. */
function perform(holder: { document: unknown }, operation: Operation): string | undefined {
  if (operation.op === 'test') {
    const place = placeAt(holder.document, operation.path);
    return exists(place) && equal(place.value, operation.value)
      ? undefined
      : 'the value is not the expected one';
  }
  if ('from' in operation && !exists(placeAt(holder.document, operation.from))) return NO_PLACE;
  const target = placeAt(holder.document, operation.path);
  const isFit = operation.op === 'remove' || operation.op === 'replace' ? exists(target) : canHold(target);
  if (!isFit) return NO_PLACE;
  // Below `holder` even the root has a parent, so that it can be replaced like any field.
  const moved = { ...operation, path: `/document${operation.path}` } as Operation;
  if ('from' in moved) moved.from = `/document${moved.from}`;
  const [error] = applyOperations(holder, [moved]);
  return error === null || error === undefined ? undefined : NO_PLACE;
}

/** `parent` is null for the root itself. */
interface Place {
  parent: unknown;
  key: string;
  value: unknown;
}

function placeAt(document: unknown, path: string): Place {
  return Pointer.fromJSON(path).evaluate(document);
}

function exists(place: Place): boolean {
  return place.parent === null || (canHold(place) && Object.hasOwn(place.parent as object, place.key));
}

function canHold({ parent, key }: Place): boolean {
  return parent === null || isMap(parent) || (isList(parent) && /^(?:-|0|[1-9]\d*)$/.test(key));
}

function bytesOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}

function malformed(message: string): PatchResult {
  return { ok: false, fault: 'malformed', message };
}
