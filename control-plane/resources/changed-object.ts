// What becomes of an object when a client proposes a new state: only the part that the request may change is
// taken over; the server's own fields stay. Pure.
import type { KindDefinition, ScalePaths } from '@gantry/api/definition';
import type { AnyObject, ObjectMeta } from '@gantry/api/meta';
import { badRequest, conflict } from '@gantry/api/status-error';
import isEqual from 'fast-deep-equal';
import { readPath, withPath } from './field-path.ts';
import type { Part } from './resources.ts';

/**
 * Refuses a proposal that names another object or an older state.
 *
 * @throws StatusError 400 for another name, 409 for another uid or a stale resourceVersion.
 */
export function checkIdentity(definition: KindDefinition, current: AnyObject, proposed: AnyObject): void {
  const name = current.metadata.name ?? '';
  const sent = proposed.metadata;
  if (sent.name !== undefined && sent.name !== '' && sent.name !== name) {
    throw badRequest(`the name of the object (${sent.name}) does not match the name on the URL (${name})`);
  }
  if (
    sent.namespace !== undefined &&
    sent.namespace !== '' &&
    sent.namespace !== current.metadata.namespace
  ) {
    throw badRequest(
      `the namespace of the object (${sent.namespace}) does not match the namespace on the URL (${current.metadata.namespace ?? ''})`,
    );
  }
  if (sent.uid !== undefined && sent.uid !== '' && sent.uid !== current.metadata.uid) {
    const found = `UID in precondition: ${sent.uid}, UID in object meta: ${current.metadata.uid ?? ''}`;
    throw conflict(definition, name, `Precondition failed: ${found}`);
  }
  const revision = sent.resourceVersion;
  if (revision !== undefined && revision !== '' && revision !== current.metadata.resourceVersion) {
    throw conflict(definition, name);
  }
}

/** The current object with the part of `proposed` that the write may change. */
export function mergedPart(
  definition: KindDefinition,
  part: Part,
  current: AnyObject,
  proposed: AnyObject,
): AnyObject {
  if (part === 'status')
    return withStatus({ ...current, metadata: proposedManagers(current, proposed) }, proposed['status']);
  if (part === 'scale') return scaled(definition.subresources.scale, current, proposed);
  const merged: AnyObject = {
    ...proposed,
    apiVersion: current.apiVersion,
    kind: current.kind,
    metadata: keptMetadata(current.metadata, proposed.metadata),
  };
  return definition.subresources.status ? withStatus(merged, current['status']) : merged;
}

/** Metadata as proposed, but for what only the server sets. */
function keptMetadata(current: ObjectMeta, proposed: ObjectMeta): ObjectMeta {
  const { selfLink: _selfLink, ...sent } = proposed;
  const kept: ObjectMeta = { ...sent };
  // Who leaves the record of managers out does not mean to clear it.
  const isKept =
    (sent.managedFields?.length ?? 0) === 0 || isEqual(sent.managedFields, current.managedFields);
  // The very same, not its like: what has been read of it is remembered.
  if (isKept && current.managedFields !== undefined) kept.managedFields = current.managedFields;
  for (const field of SERVER_FIELDS) {
    if (current[field] !== undefined) (kept as Record<string, unknown>)[field] = current[field];
    else if (Object.hasOwn(kept, field)) delete kept[field];
  }
  return kept;
}

const SERVER_FIELDS = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const satisfies readonly (keyof ObjectMeta)[];

/** A status write leaves metadata alone, apart from who manages which field. */
function proposedManagers(current: AnyObject, proposed: AnyObject): ObjectMeta {
  const { managedFields } = proposed.metadata;
  if (managedFields === undefined || isEqual(managedFields, current.metadata.managedFields))
    return current.metadata;
  return { ...current.metadata, managedFields };
}

function withStatus(object: AnyObject, status: unknown): AnyObject {
  const { status: _, ...rest } = object;
  return status === undefined ? rest : { ...rest, status };
}

function scaled(paths: ScalePaths | undefined, current: AnyObject, proposed: AnyObject): AnyObject {
  if (paths === undefined) return current;
  return withPath(current, paths.specReplicas, readPath(proposed, paths.specReplicas)) as AnyObject;
}

/** Whether the two differ in anything but resourceVersion. */
export function isSame(a: AnyObject, b: AnyObject): boolean {
  return isEqual(comparable(a), comparable(b));
}

function comparable(object: AnyObject): AnyObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** `next` with its generation counted up when the desired state (all but metadata and status) differs. */
export function withGeneration(definition: KindDefinition, current: AnyObject, next: AnyObject): AnyObject {
  if (!definition.hasGeneration || isEqual(desired(current), desired(next))) return next;
  const generation = (current.metadata.generation ?? 0) + 1;
  return withStatusOf(definition, { ...next, metadata: { ...next.metadata, generation } });
}

/** The object with the status that follows from the rest of it, for kinds that have such a one. */
export function withStatusOf(definition: KindDefinition, object: AnyObject): AnyObject {
  return definition.statusOf === undefined ? object : { ...object, status: definition.statusOf(object) };
}

function desired(object: AnyObject): Record<string, unknown> {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

/**
 * Whether a write leaves nothing that keeps a deleted object: no finalizer and no running grace period.
 */
export function endsDeletion(definition: KindDefinition, next: AnyObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = next.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false;
  if ((definition.specFinalizers?.(next).length ?? 0) > 0) return false;
  return definition.gracePeriodSeconds === undefined || (deletionGracePeriodSeconds ?? 0) === 0;
}
