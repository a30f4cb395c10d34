// Creates many objects that the control plane itself has made whole (Events), in shared transactions: what admission,
// defaults and the record of managers would add or refuse is not worth a third of a millisecond each.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { SmallOutcome, SmallWrite } from './commit-together.ts';
import { commitTogether } from './commit-together.ts';
import type { ResourcesDeps } from './deps.ts';
import { namespaceCondition } from './namespace-condition.ts';
import { newObject } from './new-object.ts';
import { storeKeyOf, valueOf } from './object-key.ts';
import type { WriteContext } from './resources.ts';

/**
 * Creates objects with names of their own, as long as they do not exist and their namespace does. Does not throw; the
 * outcomes are in the order of the objects.
 */
export async function createPlain(
  deps: ResourcesDeps,
  definition: KindDefinition,
  objects: readonly AnyObject[],
  context: Pick<WriteContext, 'fence' | 'signal'>,
): Promise<SmallOutcome[]> {
  const prepared = await Promise.all(
    objects.map((object) =>
      creationOf(deps, definition, object, context.signal).catch((error: unknown) => ({ error })),
    ),
  );
  const writes = prepared.flatMap((each) => ('error' in each ? [] : [each]));
  const outcomes = await commitTogether(deps, writes, context);
  const byWrite = new Map(writes.map((write, index) => [write, outcomes[index]]));
  return prepared.map((each): SmallOutcome => {
    if ('error' in each) return { type: 'failed', error: each.error };
    return byWrite.get(each) ?? { type: 'failed', error: new Error('no outcome') };
  });
}

async function creationOf(
  deps: ResourcesDeps,
  definition: KindDefinition,
  raw: AnyObject,
  signal: AbortSignal | undefined,
): Promise<SmallWrite> {
  const { name = '', namespace = '' } = raw.metadata;
  const inNamespace = await namespaceCondition(deps, definition, { name, namespace }, signal);
  const object = newObject(definition, raw, { name, uid: deps.ids.uid(), nowMs: deps.clock.nowMs() });
  const key = storeKeyOf(definition, { namespace, name });
  const absent = { key, modRevision: 0 };
  return {
    conditions: inNamespace === undefined ? [absent] : [absent, inNamespace],
    write: { type: 'put', key, value: valueOf(object) },
  };
}
