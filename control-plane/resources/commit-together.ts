// Many small writes that have nothing to do with each other, in as few transactions as they fit in. What one of them
// runs into never hurts another; each is told for itself what became of it.
import { MERGED_BYTES_MAX } from '../store/commit-merge.ts';
import { TRANSACTION_OPERATIONS_MAX } from '../store/store.ts';
import type { Condition, Entry, Write } from '../store/store.ts';
import { commitWrite, holds } from './commit-write.ts';
import type { ResourcesDeps } from './deps.ts';
import type { WriteContext } from './resources.ts';

/** One write, and what has to hold for it. The keys written are its own: no other's among those handed in together. */
export interface SmallWrite {
  conditions: readonly Condition[];
  write: Write;
}

/** What became of it. `lost`: one of its conditions did not hold, nothing was written. */
export type SmallOutcome =
  | { type: 'done'; revision: number }
  | { type: 'lost'; current: ReadonlyMap<string, Entry> }
  | { type: 'failed'; error: unknown };

/** Room for the fence, and for others who wait for the store at the same time. */
const WRITES_MAX = TRANSACTION_OPERATIONS_MAX - 28;

/** Writes them all. Does not throw; the outcomes are in the order of the writes. */
export async function commitTogether(
  deps: ResourcesDeps,
  writes: readonly SmallWrite[],
  context: Pick<WriteContext, 'fence' | 'signal'>,
): Promise<SmallOutcome[]> {
  const outcomes = await Promise.all(inParts(writes).map((part) => commitPart(deps, part, context)));
  return outcomes.flat();
}

/** In order, none over the limits but a write that is so by itself. */
function inParts(writes: readonly SmallWrite[]): SmallWrite[][] {
  const parts: SmallWrite[][] = [];
  let bytes = 0;
  const seen = new Map<string, number>();
  for (const each of writes) {
    const size = each.write.type === 'put' ? Buffer.byteLength(each.write.value) : 0;
    const part = parts.at(-1);
    // Two revisions of one key cannot both hold: each transaction asks for one.
    const clashes = each.conditions.some(
      ({ key, modRevision }) => (seen.get(key) ?? modRevision) !== modRevision,
    );
    const isFull = part !== undefined && (part.length >= WRITES_MAX || bytes + size > MERGED_BYTES_MAX);
    if (part === undefined || isFull || clashes) {
      parts.push([each]);
      bytes = 0;
      seen.clear();
    } else part.push(each);
    bytes += size;
    for (const { key, modRevision } of each.conditions) seen.set(key, modRevision);
  }
  return parts;
}

async function commitPart(
  deps: ResourcesDeps,
  part: readonly SmallWrite[],
  context: Pick<WriteContext, 'fence' | 'signal'>,
): Promise<SmallOutcome[]> {
  const outcomes = new Map<SmallWrite, SmallOutcome>();
  // Each round answers at least one, so it ends.
  for (let left = part; left.length > 0;) {
    for (const [each, outcome] of await commitRound(deps, left, context)) outcomes.set(each, outcome);
    left = left.filter((each) => !outcomes.has(each));
  }
  return part.map((each) => outcomes.get(each) ?? { type: 'failed', error: new Error('no outcome') });
}

async function commitRound(
  deps: ResourcesDeps,
  part: readonly SmallWrite[],
  context: Pick<WriteContext, 'fence' | 'signal'>,
): Promise<[SmallWrite, SmallOutcome][]> {
  const all = (outcome: SmallOutcome): [SmallWrite, SmallOutcome][] => part.map((each) => [each, outcome]);
  try {
    const writes = part.map(({ write }) => write);
    const outcome = await commitWrite(deps, sharedConditions(part), writes, context);
    if (outcome.ok) return all({ type: 'done', revision: outcome.revision });
    const { current } = outcome;
    const lost = part.filter(({ conditions }) => !conditions.every((each) => holds(each, current)));
    if (lost.length === 0) return all({ type: 'lost', current });
    return lost.map((each) => [each, { type: 'lost', current }]);
  } catch (error) {
    return all({ type: 'failed', error });
  }
}

/** The same condition of several (their namespace, say) once. */
function sharedConditions(part: readonly SmallWrite[]): Condition[] {
  const byKey = new Map<string, Condition>();
  for (const { conditions } of part) {
    for (const condition of conditions) byKey.set(condition.key, condition);
  }
  return [...byKey.values()];
}
