// One door to the four patch types. What cannot be applied becomes the StatusError that a client should see.
import type { PatchType } from '../client.ts';
import type { KindDefinition } from '../definition.ts';
import { isMap, jsonFault } from '../json-value.ts';
import type { AnyObject } from '../meta.ts';
import { applyConflict, badRequest, conflict, invalid, unprocessable } from '../status-error.ts';
import { appliedIssues } from './apply-checks.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { schemaOf } from './merge-schema.ts';
import type { PatchResult } from './patch-result.ts';
import { type Applier, serverSideApply } from './server-side-apply.ts';
import { strategicMerge } from './strategic-merge.ts';

/** What patching needs to know of a kind; a KindDefinition is one. */
export type Patchable = Pick<KindDefinition, 'schema' | 'group' | 'version' | 'kind' | 'resource'>;

/**
 * Applies a JSON, merge or strategic merge patch. Pure: `current` is left alone. The result has not been validated,
 * and its managedFields are those of `current` (or what the patch wrote there): `trackUpdate` is the next step.
 *
 * @throws StatusError 400 for a malformed patch, 422 for one that does not fit, 409 when it states a resourceVersion
 * that is not the object's.
 */
export function applyPatch(
  definition: Patchable,
  current: AnyObject,
  type: Exclude<PatchType, 'apply'>,
  patch: unknown,
): AnyObject {
  refuseUnsafe(patch);
  const result = patched(definition, current, type, patch);
  if (!result.ok)
    throw result.fault === 'malformed' ? badRequest(result.message) : unprocessable(result.message);
  const object = result.value;
  if (!isMap(object) || !isMap(object['metadata'])) {
    throw unprocessable('the patch leaves no object: "metadata" must remain');
  }
  const metadata = { ...(object['metadata'] as AnyObject['metadata']) };
  checkRevision(definition, current, metadata.resourceVersion);
  if (current.metadata.resourceVersion === undefined) delete metadata.resourceVersion;
  else metadata.resourceVersion = current.metadata.resourceVersion;
  return { ...object, metadata } as AnyObject;
}

/**
 * Applies as server-side apply does; `live` undefined makes a new object. The result carries its managedFields
 * already and is `live` itself when nothing changes.
 *
 * @throws StatusError 400, 422 for items that cannot be told apart, 409 for conflicts with other managers.
 */
export function applyDeclared(
  definition: Patchable,
  live: AnyObject | undefined,
  applied: unknown,
  applier: Applier,
): AnyObject {
  refuseUnsafe(applied);
  if (!isMap(applied)) throw badRequest('an applied document is an object');
  const metadata = isMap(applied['metadata']) ? applied['metadata'] : {};
  const name = typeof metadata['name'] === 'string' ? metadata['name'] : (live?.metadata.name ?? '');
  if (Array.isArray(metadata['managedFields']) && metadata['managedFields'].length > 0) {
    throw badRequest('metadata.managedFields must be nil');
  }
  checkRevision(definition, live, metadata['resourceVersion'], name);
  const issues = appliedIssues(schemaOf(definition), applied);
  if (issues.length > 0) throw invalid(definition, name, issues);
  const result = serverSideApply(definition, live, applied, applier);
  if (!result.ok) throw applyConflict(result.conflicts);
  return result.object;
}

function patched(
  definition: Patchable,
  current: AnyObject,
  type: Exclude<PatchType, 'apply'>,
  patch: unknown,
): PatchResult {
  switch (type) {
    case 'json':
      return jsonPatch(current, patch);
    case 'strategic':
      return strategicMerge(schemaOf(definition), current, patch);
    case 'merge':
      return isMap(patch)
        ? { ok: true, value: mergePatch(current, patch) }
        : { ok: false, fault: 'malformed', message: 'a merge patch of an object is an object' };
  }
}

function refuseUnsafe(document: unknown): void {
  const fault = jsonFault(document);
  if (fault !== undefined) throw badRequest(fault);
}

/** A revision in a patch is a condition; without one a patch fits any state of the object. */
function checkRevision(
  definition: Patchable,
  current: AnyObject | undefined,
  revision: unknown,
  name = current?.metadata.name ?? '',
): void {
  if (revision === undefined || revision === null || revision === '') return;
  if (revision !== current?.metadata.resourceVersion) throw conflict(definition, name);
}
