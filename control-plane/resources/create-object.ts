// Making an object: shape, name, namespace, the server's own fields, checks, and one conditional write.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { alreadyExists, badRequest, conflict, invalid } from '@gantry/api/status-error';
import type { Condition, Entry, Write } from '../store/store.ts';
import { admittedShape } from './admitted-shape.ts';
import { checkObject } from './check-object.ts';
import { changeEvent } from './change-event.ts';
import { historyWrites } from './change-history.ts';
import { claimsFor, CLAIM_TRIES_MAX, type Claims } from './claims.ts';
import { commitWrite } from './commit-write.ts';
import { readNewest } from './current-state.ts';
import type { ResourcesDeps } from './deps.ts';
import { WRITE_TRIES_MAX } from './deps.ts';
import { recordManager } from './field-managers.ts';
import { namespaceCondition, namespaceConditionFrom } from './namespace-condition.ts';
import { newObject } from './new-object.ts';
import { atRevision, storeKeyOf, valueOf } from './object-key.ts';
import type { WriteContext } from './resources.ts';

/** Kubernetes' limits: the generated part is 5 characters, the whole at most 63. */
const SUFFIX_LENGTH = 5;
const GENERATED_BASE_MAX = 63 - SUFFIX_LENGTH;

/** A key written together with the object, which must not exist before: makes a creation happen once. */
export interface CreationMark {
  key: string;
  write(object: AnyObject): Write;
}

/** The object as made; or the mark that an earlier creation left. */
export type Creation = { type: 'created'; object: AnyObject } | { type: 'marked'; mark: Entry };

/**
 * Creates an object.
 *
 * @throws StatusError 400, 403, 404 (namespace), 409, 413, 422, 504.
 */
export async function createObject(
  deps: ResourcesDeps,
  definition: KindDefinition,
  raw: AnyObject,
  context: WriteContext,
  mark?: CreationMark,
): Promise<Creation> {
  checkNew(raw);
  const shaped = admittedShape(definition, raw, context);
  if (definition.notYet !== undefined) context.warn(definition.notYet);
  const namespace = definition.namespaced ? (shaped.metadata.namespace ?? '') : '';
  let name = nameFor(deps, definition, shaped);
  let inNamespace = await namespaceCondition(deps, definition, { name, namespace }, context.signal);
  const claims = claimsFor(deps, definition);
  const triesMax = claims === undefined ? WRITE_TRIES_MAX : CLAIM_TRIES_MAX;
  for (let tries = 0; tries < triesMax; tries++) {
    const whole = finished(deps, definition, shaped, name, context);
    const object = claims === undefined ? whole : await withClaims(deps, claims, whole, context);
    if (context.dryRun) return dryRun(deps, definition, object, context);
    const key = storeKeyOf(definition, { namespace, name });
    const claimed =
      claims === undefined ? undefined : await claims.changes(undefined, object, context.signal);
    const conditions = [...conditionsOf(key, inNamespace, mark), ...(claimed?.conditions ?? [])];
    const writes: Write[] = [{ type: 'put', key, value: valueOf(object) }, ...(claimed?.writes ?? [])];
    if (mark !== undefined) writes.push(mark.write(object));
    const change = { definition, after: object };
    writes.push(...changeEvent(deps, change, context), ...historyWrites(deps, change, context));
    writes.push(...((await deps.journal?.writesFor(change, context, context.signal)) ?? []));
    const outcome = await commitWrite(deps, conditions, writes, context);
    if (outcome.ok) {
      deps.journal?.wrote(definition, { namespace, name }, outcome.revision, context);
      return { type: 'created', object: atRevision(object, outcome.revision) };
    }
    claims?.noteLost(outcome.current);
    const taken = mark === undefined ? undefined : outcome.current.get(mark.key);
    if (taken !== undefined) return { type: 'marked', mark: taken };
    if (outcome.current.has(key)) name = anotherName(deps, definition, shaped, name);
    if (inNamespace !== undefined) {
      inNamespace = namespaceConditionFrom(outcome.current.get(inNamespace.key), definition, {
        name,
        namespace,
      });
    }
  }
  throw conflict(
    definition,
    name,
    'the namespace kept changing, or all generated names or addresses were taken; try again',
  );
}

function checkNew(raw: AnyObject): void {
  const { resourceVersion } = raw.metadata;
  if (resourceVersion !== undefined && resourceVersion !== '') {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
}

function conditionsOf(
  key: string,
  inNamespace: Condition | undefined,
  mark: CreationMark | undefined,
): Condition[] {
  const conditions: Condition[] = [{ key, modRevision: 0 }];
  if (inNamespace !== undefined) conditions.push(inNamespace);
  if (mark !== undefined) conditions.push({ key: mark.key, modRevision: 0 });
  return conditions;
}

function nameFor(deps: ResourcesDeps, definition: KindDefinition, shaped: AnyObject): string {
  const { name, generateName } = shaped.metadata;
  if (name !== undefined && name !== '') return name;
  if (generateName !== undefined && generateName !== '') {
    return `${generateName.slice(0, GENERATED_BASE_MAX)}${deps.ids.suffix(SUFFIX_LENGTH)}`;
  }
  const message = 'Required value: name or generateName is required';
  throw invalid(definition, '', [{ path: 'metadata.name', reason: 'FieldValueRequired', message }]);
}

/** A name that the client chose cannot be exchanged; one that was generated can. */
function anotherName(
  deps: ResourcesDeps,
  definition: KindDefinition,
  shaped: AnyObject,
  taken: string,
): string {
  if ((shaped.metadata.name ?? '') !== '') throw alreadyExists(definition, taken);
  return nameFor(deps, definition, shaped);
}

function finished(
  deps: ResourcesDeps,
  definition: KindDefinition,
  shaped: AnyObject,
  name: string,
  context: WriteContext,
): AnyObject {
  const nowMs = deps.clock.nowMs();
  const object = newObject(definition, structuredClone(shaped), { name, uid: deps.ids.uid(), nowMs });
  checkObject(deps, { verb: 'create', part: 'main', definition, object }, context);
  return withManagersOf(recordManager({ definition, part: 'main', next: shaped, context, nowMs }), object);
}

/**
 * The writer owns what it sent, not what the server adds (a Job's selector, a pod's tolerations): else a later
 * server-side apply by the same writer, which leaves them out, would take them away.
 */
function withManagersOf(recorded: AnyObject, object: AnyObject): AnyObject {
  const { managedFields } = recorded.metadata;
  if (managedFields === undefined) return object;
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** When nothing seems to be left the cache may only be behind. */
async function withClaims(
  deps: ResourcesDeps,
  claims: Claims,
  object: AnyObject,
  context: WriteContext,
): Promise<AnyObject> {
  if (context.dryRun) await claims.checkFree(object, undefined, context.signal);
  try {
    return claims.filled(object);
  } catch {
    await deps.cache.waitForNewest(context.signal);
    return claims.filled(object);
  }
}

async function dryRun(
  deps: ResourcesDeps,
  definition: KindDefinition,
  object: AnyObject,
  context: WriteContext,
): Promise<Creation> {
  const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
  const present = await readNewest(deps, definition, key, context.signal);
  if (present !== undefined) throw alreadyExists(definition, key.name);
  return { type: 'created', object };
}
