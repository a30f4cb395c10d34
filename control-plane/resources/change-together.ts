// Many small changes of objects of one kind, in as few transactions as they fit in: binds, evictions, reasons. What one
// of them runs into never hurts another.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { SmallWrite } from './commit-together.ts';
import { commitTogether } from './commit-together.ts';
import type { Change } from './conditional-write.ts';
import { changeObject } from './conditional-write.ts';
import type { ResourcesDeps, Writer } from './deps.ts';
import { storeKeyOf, valueOf } from './object-key.ts';
import type { WriteContext } from './resources.ts';

/** One change. */
export interface KeyedChange {
  key: ObjectKey;
  /**
   * Decides from a present state; may run several times. What it puts must be plain JSON: no undefined values. May
   * throw: then nothing is written.
   */
  decide: (current: AnyObject) => Change;
}

/** `done`: it is as decided. Else what changeObject would have thrown, or what `decide` threw about the newest state. */
export type ChangeAnswer = 'done' | { error: unknown };

type Context = Pick<WriteContext, 'fence' | 'signal'> & Writer;

/** Makes the changes, of different objects. Does not throw; the answers are in the order of the changes. */
export async function changeTogether(
  deps: ResourcesDeps,
  definition: KindDefinition,
  changes: readonly KeyedChange[],
  context: Context,
): Promise<ChangeAnswer[]> {
  const prepared = changes.map((change) => fromCache(deps, definition, change));
  const writes = prepared.filter((write) => write !== undefined);
  const outcomes = (await commitTogether(deps, writes, context)).values();
  const answers = changes.map((): ChangeAnswer => 'done');
  const lost: Promise<void>[] = [];
  for (const [index, change] of changes.entries()) {
    const outcome = prepared[index] === undefined ? undefined : outcomes.next().value;
    if (outcome?.type === 'done') deps.journal?.wrote(definition, change.key, outcome.revision, context);
    if (outcome?.type === 'done') continue;
    if (outcome?.type === 'failed') answers[index] = { error: outcome.error };
    else {
      // Not as the cache has it: the newest state decides.
      const again = changeOne(deps, definition, change, context);
      lost.push(again.then((answer) => void (answers[index] = answer)));
    }
  }
  await Promise.all(lost);
  return answers;
}

async function changeOne(
  deps: ResourcesDeps,
  definition: KindDefinition,
  { key, decide }: KeyedChange,
  context: Context,
): Promise<ChangeAnswer> {
  try {
    await changeObject(deps, definition, key, { ...context, dryRun: false }, decide);
    return 'done';
  } catch (error) {
    return { error };
  }
}

/** The write that the state in the cache calls for; undefined when it calls for none, which is not to be relied on. */
function fromCache(
  deps: ResourcesDeps,
  definition: KindDefinition,
  { key: name, decide }: KeyedChange,
): SmallWrite | undefined {
  const current = deps.cache.get(definition, name);
  if (current === undefined) return undefined;
  const change = decided(decide, current);
  if (change === undefined || change.type === 'same') return undefined;
  const key = storeKeyOf(definition, name);
  const conditions = [{ key, modRevision: Number(current.metadata.resourceVersion) }];
  if (change.type === 'remove') return { conditions, write: { type: 'delete', key } };
  const value = valueOf(change.object);
  deps.cache.expect(definition, name, value, change.object);
  return { conditions, write: { type: 'put', key, value } };
}

function decided(decide: KeyedChange['decide'], current: AnyObject): Change | undefined {
  try {
    return decide(current);
  } catch {
    return undefined;
  }
}
