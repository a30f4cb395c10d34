// A world of objects in memory for tests of plans: a value that actions turn into the next value, by the same
// pure rules of creation, change and deletion that the API server has. No defaults, checks or admission.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import { alreadyExists, conflict, notFound } from '@gantry/api/status-error';
import { invariant } from '@gantry/kit/invariant';
import { nodeClaims } from '../addresses/node-claims.ts';
import { DEFAULT_RANGES } from '../addresses/ranges.ts';
import type { CacheReader } from '../cache/cache.ts';
import { indexesOf } from '../cache/indexes.ts';
import {
  checkIdentity,
  endsDeletion,
  isSame,
  mergedPart,
  withGeneration,
} from '../resources/changed-object.ts';
import { claimIndexes } from '../resources/claims.ts';
import { decideDeletion } from '../resources/deletion.ts';
import { newObject } from '../resources/new-object.ts';
import type { Part } from '../resources/resources.ts';
import type { Action, EventNote } from './controller.ts';

interface Entry {
  definition: KindDefinition;
  object: AnyObject;
}

/** Everything there is, at one moment. Never changed; actions make a new one. */
export interface World {
  nowMs: number;
  /** Counts writes, as etcd does. */
  revision: number;
  objects: ReadonlyMap<string, Entry>;
  /** Revision of the newest change by kind. */
  changes: ReadonlyMap<string, number>;
  /** Notes for users, oldest first. */
  events: readonly EventNote[];
}

/** A world without objects. */
export function emptyWorld(nowMs = Date.parse('2026-01-01T00:00:00Z')): World {
  return { nowMs, revision: 1, objects: new Map(), changes: new Map(), events: [] };
}

/** The world a while later. */
export function later(world: World, byMs: number): World {
  return { ...world, nowMs: world.nowMs + byMs };
}

/** The world with a new object, as a user creates it; its status is taken over too, to begin in the middle. */
export function withObject(world: World, definition: KindDefinition, object: AnyObject): World {
  const { name = '', uid = `uid-${world.revision + 1}`, creationTimestamp } = object.metadata;
  // A copy, as the server makes one: a kind's `initialStatus` may change what it is given.
  const created = newObject(definition, structuredClone(object), { name, uid, nowMs: world.nowMs });
  if (creationTimestamp !== undefined) created.metadata.creationTimestamp = creationTimestamp;
  if (object['status'] !== undefined) created['status'] = object['status'];
  return written(world, definition, created);
}

/** The world with many new objects. */
export function withObjects(world: World, definition: KindDefinition, objects: readonly AnyObject[]): World {
  return objects.reduce((next, object) => withObject(next, definition, object), world);
}

/**
 * The world after a change of one object's part.
 *
 * @throws StatusError 404 when there is no such object, 409 when `change` proposes on an older state.
 */
export function withChange<T extends AnyObject>(
  world: World,
  definition: KindDefinition<T>,
  key: ObjectKey,
  change: (current: T) => AnyObject,
  part: Part = 'main',
): World {
  const current = readerOf(world).get(definition, key);
  if (current === undefined) throw notFound(definition, key.name);
  const proposed = change(current);
  checkIdentity(definition, current, proposed);
  const next = withGeneration(definition, current, mergedPart(definition, part, current, proposed));
  if (isSame(current, next)) return world;
  return endsDeletion(definition, next) ? without(world, definition, key) : written(world, definition, next);
}

/** The world after somebody asked for an object to go; it may stay a while, marked. */
export function withDeletion(
  world: World,
  definition: KindDefinition,
  key: ObjectKey,
  options: Parameters<typeof decideDeletion>[2] = {},
): World {
  const current = readerOf(world).get(definition, key);
  if (current === undefined) throw notFound(definition, key.name);
  const step = decideDeletion(definition, current, options, world.nowMs);
  if (step.type === 'nothing') return world;
  return step.type === 'remove' ? without(world, definition, key) : written(world, definition, step.object);
}

/** The world after one action of a plan. @throws StatusError as the API would. */
export function withAction(world: World, action: Action): World {
  switch (action.type) {
    case 'create': {
      const key = keyOf(action.object);
      if (world.objects.has(idOf(action.definition, key))) throw alreadyExists(action.definition, key.name);
      return withNote(withObject(world, action.definition, action.object), action.event);
    }
    case 'update':
      return withNote(
        withChange(world, action.definition, keyOf(action.object), () => action.object),
        action.event,
      );
    case 'delete': {
      const { ref, propagationPolicy, gracePeriodSeconds } = action;
      const options = {
        preconditions: { uid: ref.uid },
        ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      };
      return withNote(withDeletion(world, ref.definition, ref, options), action.event);
    }
    case 'write-status':
      return withStatusWritten(world, action);
    case 'record-event':
      return withNote(world, action);
    case 'measure':
      return world;
  }
}

function withStatusWritten(world: World, action: Extract<Action, { type: 'write-status' }>): World {
  const { ref, status } = action;
  const withStatus = (current: AnyObject): AnyObject => {
    if (current.metadata.uid !== ref.uid) throw conflict(ref.definition, ref.name);
    return { ...current, status };
  };
  return withChange(world, ref.definition, ref, withStatus, 'status');
}

function withNote(world: World, note: EventNote | undefined): World {
  return note === undefined ? world : { ...world, events: [...world.events, note] };
}

/** The world as a controller's `observe` sees it. */
export function readerOf(world: World): CacheReader {
  const all = <T extends AnyObject>(definition: KindDefinition<T>): T[] =>
    [...world.objects.values()]
      .filter((entry) => resourceIdOf(entry.definition) === resourceIdOf(definition))
      .map((entry) => entry.object as T);
  return {
    revision: world.revision,
    changedAt: (definition) => world.changes.get(resourceIdOf(definition)) ?? 1,
    get: <T extends AnyObject>(definition: KindDefinition<T>, key: ObjectKey) =>
      world.objects.get(idOf(definition, key))?.object as T | undefined,
    list: (definition, namespace) =>
      all(definition).filter((object) => namespace === undefined || object.metadata.namespace === namespace),
    byIndex: (definition, index, value) => {
      const found = indexesOf(definition, claimIndexes(TOY_CLAIMS)).find(({ name }) => name === index);
      invariant(found !== undefined, `the toy world has no index ${index}`);
      return all(definition).filter((object) => found.values(object).includes(value));
    },
  };
}

/** Of the kinds whose claims plans read. */
const TOY_CLAIMS = [nodeClaims(DEFAULT_RANGES.pods)];

function written(world: World, definition: KindDefinition, object: AnyObject): World {
  const revision = world.revision + 1;
  const stored = structuredClone(object);
  stored.metadata.resourceVersion = String(revision);
  const objects = new Map(world.objects);
  objects.set(idOf(definition, keyOf(object)), { definition, object: deepFrozen(stored) });
  return changed({ ...world, objects: sorted(objects) }, definition);
}

function without(world: World, definition: KindDefinition, key: ObjectKey): World {
  const objects = new Map(world.objects);
  objects.delete(idOf(definition, key));
  return changed({ ...world, objects }, definition);
}

function changed(world: World, definition: KindDefinition): World {
  const revision = world.revision + 1;
  return { ...world, revision, changes: new Map(world.changes).set(resourceIdOf(definition), revision) };
}

/** Caches list in the order of the store's keys. */
function sorted(objects: Map<string, Entry>): Map<string, Entry> {
  return new Map([...objects].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function idOf(definition: KindDefinition, key: ObjectKey): string {
  return `${resourceIdOf(definition)} ${key.namespace}/${key.name}`;
}

/** A plan that changes what it observed fails here, as it would poison the shared cache elsewhere. */
function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}
