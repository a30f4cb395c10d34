// One change as one write through `Resources`: conditional on what was observed, safe to repeat, refused by the store
// when it comes from a deposed leader.
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import { conflict, isAlreadyExists, isNotFound } from '@gantry/api/status-error';
import isEqual from 'fast-deep-equal';
import type { Cache } from '../cache/cache.ts';
import type { Resources, WriteContext } from '../resources/resources.ts';
import { resultOfError, type ActionResult, type Change } from './action-result.ts';
import type { ObjectRef } from './controller.ts';

/** What a change needs. */
export interface ChangeDeps {
  resources: Resources;
  cache: Pick<Cache, 'get' | 'waitForNewest'>;
}

/** Revisions that a plan's own updates have led to, by uid. */
export type OwnRevisions = ReadonlyMap<string, { from: string; to: string }>;

/**
 * Makes one change.
 *
 * @throws only the signal's reason, when it is aborted; every other failure is a result.
 */
export async function performChange(
  deps: ChangeDeps,
  context: WriteContext,
  change: Change,
  own: OwnRevisions,
): Promise<ActionResult> {
  try {
    return await write(deps, context, change, own);
  } catch (error) {
    context.signal?.throwIfAborted();
    if (change.type !== 'create' || !isAlreadyExists(error)) return resultOfError(change, error);
    return await nameTaken(deps, context, change, error);
  }
}

async function write(
  deps: ChangeDeps,
  context: WriteContext,
  change: Change,
  own: OwnRevisions,
): Promise<ActionResult> {
  switch (change.type) {
    case 'create':
      return created(deps.resources.create(change.definition, change.object, context));
    case 'update': {
      const { definition, object, onlyIfAbsent } = change;
      if (await someExist(deps, context, onlyIfAbsent)) return { type: 'conflict' };
      const updated = deps.resources.update(definition, keyOf(object), 'main', () => object, context);
      return since(updated, object.metadata.resourceVersion);
    }
    case 'delete':
      return remove(deps, context, change);
    case 'write-status':
      return writeStatus(deps, context, change, own);
  }
}

async function created(object: Promise<AnyObject>): Promise<ActionResult> {
  return { type: 'done', object: await object, changed: true };
}

async function since(written: Promise<AnyObject>, before: string | undefined): Promise<ActionResult> {
  const object = await written;
  return { type: 'done', object, changed: object.metadata.resourceVersion !== before };
}

async function remove(
  deps: ChangeDeps,
  context: WriteContext,
  change: Extract<Change, { type: 'delete' }>,
): Promise<ActionResult> {
  const { ref, propagationPolicy, gracePeriodSeconds, onlyIfAbsent } = change;
  if (await someExist(deps, context, onlyIfAbsent)) return { type: 'conflict' };
  const options = {
    preconditions: { uid: ref.uid },
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  };
  const before = deps.cache.get(ref.definition, ref)?.metadata.resourceVersion;
  const { object } = await deps.resources.delete(ref.definition, ref, options, context);
  return { type: 'done', object, changed: object.metadata.resourceVersion !== before };
}

/** Asks the store: an update that changes nothing is a read of the newest state. */
async function someExist(
  deps: ChangeDeps,
  context: WriteContext,
  refs: readonly ObjectRef[] | undefined = [],
): Promise<boolean> {
  for (const ref of refs) {
    try {
      const same = (current: AnyObject): AnyObject => current;
      const found = await deps.resources.update(ref.definition, ref, 'main', same, context);
      if (ref.uid === '' || found.metadata.uid === ref.uid) return true;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return false;
}

async function writeStatus(
  deps: ChangeDeps,
  context: WriteContext,
  change: Extract<Change, { type: 'write-status' }>,
  own: OwnRevisions,
): Promise<ActionResult> {
  const { ref, status } = change;
  const updated = own.get(ref.uid);
  const resourceVersion = updated?.from === change.resourceVersion ? updated.to : change.resourceVersion;
  const observed = deps.cache.get(ref.definition, ref);
  if (observed?.metadata.resourceVersion === resourceVersion && isEqual(observed['status'], status)) {
    return { type: 'done', object: observed, changed: false };
  }
  const withStatus = (current: AnyObject): AnyObject => {
    if (current.metadata.uid !== ref.uid) throw conflict(ref.definition, ref.name);
    return { ...current, metadata: { ...current.metadata, resourceVersion }, status };
  };
  const written = deps.resources.update(ref.definition, ref, 'status', withStatus, context);
  return since(written, resourceVersion);
}

/**
 * The object is there already. When it is of the same owner, an earlier try has got through and only the
 * observation was behind; anyone else's is a failure.
 */
async function nameTaken(
  deps: ChangeDeps,
  context: WriteContext,
  change: Extract<Change, { type: 'create' }>,
  error: unknown,
): Promise<ActionResult> {
  try {
    await deps.cache.waitForNewest(context.signal);
  } catch (behind) {
    context.signal?.throwIfAborted();
    return resultOfError(change, behind);
  }
  const present = deps.cache.get(change.definition, keyOf(change.object));
  const owner = controllerOf(change.object)?.uid;
  const isOurs = owner !== undefined && present !== undefined && controllerOf(present)?.uid === owner;
  return present === undefined || isOurs ? { type: 'conflict' } : resultOfError(change, error);
}
