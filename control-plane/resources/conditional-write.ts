// The loop around every change of an existing object: decide from the present state, write on condition that it
// still is the present state, look again when it is not. Only a decision to write may rest on the cache alone.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { conflict, notFound } from '@gantry/api/status-error';
import type { Write } from '../store/store.ts';
import { changeRecords } from './change-records.ts';
import { claimsFor, type Claims } from './claims.ts';
import { commitWrite } from './commit-write.ts';
import type { Current } from './current-state.ts';
import { currentFrom, readCurrent, readNewest } from './current-state.ts';
import type { ResourcesDeps, Writer as Author } from './deps.ts';
import { WRITE_TRIES_MAX } from './deps.ts';
import { atRevision, storeKeyOf, valueOf } from './object-key.ts';
import type { WriteContext } from './resources.ts';

/** What is to become of the object. */
export type Change =
  | { type: 'put'; object: AnyObject }
  | { type: 'remove'; object: AnyObject }
  | { type: 'same'; object: AnyObject };

/** Who writes: the user is told of in Events, the control plane itself when absent. */
type Writer = Pick<WriteContext, 'fence' | 'signal'> & Author;

/** What became of it: `object` carries the revision of the write, where there was one. */
export type Changed = Change;

/**
 * Changes one object.
 *
 * @throws StatusError 404, 409 after {@link WRITE_TRIES_MAX} lost races, and what `decide` throws about the newest state.
 */
export async function changeObject(
  deps: ResourcesDeps,
  definition: KindDefinition,
  key: ObjectKey,
  context: Writer & Pick<WriteContext, 'dryRun'>,
  decide: (current: AnyObject) => Change,
): Promise<Changed> {
  const read = context.dryRun ? readNewest : readCurrent;
  const claims = claimsFor(deps, definition);
  let current = await read(deps, definition, key, context.signal);
  for (let tries = 0; tries < WRITE_TRIES_MAX; tries++) {
    if (current === undefined) throw notFound(definition, key.name);
    const verdict = decided(decide, current.object, claims);
    if (verdict.type !== 'put' && verdict.type !== 'remove' && !current.fromStore) {
      current = await readNewest(deps, definition, key, context.signal);
      continue;
    }
    if (verdict.type === 'refused') throw verdict.error;
    if (context.dryRun && verdict.type === 'put')
      await claims?.checkFree(verdict.object, current.object, context.signal);
    if (verdict.type === 'same' || context.dryRun) return verdict;
    const target = { definition, key: storeKeyOf(definition, key), claims };
    const outcome = await commitChange(deps, target, current, verdict, context);
    if (outcome.done) return { ...verdict, object: atRevision(verdict.object, outcome.revision) };
    current = outcome.current;
  }
  throw conflict(definition, key.name);
}

type Verdict = Change | { type: 'refused'; error: unknown };

/** A refusal is a verdict too: it may rest on a state that is no longer. */
function decided(
  decide: (current: AnyObject) => Change,
  current: AnyObject,
  claims: Claims | undefined,
): Verdict {
  try {
    const change = decide(current);
    if (claims === undefined || change.type !== 'put') return change;
    return { type: 'put', object: claims.filled(change.object, current) };
  } catch (error) {
    return { type: 'refused', error };
  }
}

async function commitChange(
  deps: ResourcesDeps,
  { definition, key, claims }: { definition: KindDefinition; key: string; claims: Claims | undefined },
  current: Current,
  change: Change,
  context: Writer,
): Promise<{ done: true; revision: number } | { done: false; current: Current | undefined }> {
  const write: Write =
    change.type === 'remove' ? { type: 'delete', key } : { type: 'put', key, value: valueOf(change.object) };
  const next = change.type === 'remove' ? undefined : change.object;
  const claimed =
    claims === undefined ? undefined : await claims.changes(current.object, next, context.signal);
  const conditions = [{ key, modRevision: current.modRevision }, ...(claimed?.conditions ?? [])];
  const told = { definition, before: current.object, after: next };
  const made = changeRecords(deps, told, context, context.signal);
  // A turn less between the decision and its write.
  const records = made instanceof Promise ? await made : made;
  const outcome = await commitWrite(
    deps,
    conditions,
    [write, ...(claimed?.writes ?? []), ...records],
    context,
  );
  if (!outcome.ok) claims?.noteLost(outcome.current);
  if (outcome.ok) {
    const { namespace = '', name = '' } = current.object.metadata;
    deps.journal?.wrote(definition, { namespace, name }, outcome.revision, context);
    return { done: true, revision: outcome.revision };
  }
  const entry = outcome.current.get(key);
  return { done: false, current: entry === undefined ? undefined : currentFrom(entry) };
}
