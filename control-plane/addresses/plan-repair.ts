// Where objects and claims do not fit together, and what is to be done. They are written together, so nothing of it
// should ever be: a key was removed by hand, a backup was older, a cluster had objects before it had claims. Pure.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { holderIn, type Claim, type ClaimHolder, type ClaimRules } from '../resources/claims.ts';
import type { Entry } from '../store/store.ts';

/** An object that has something, as it is observed. */
export interface Holding {
  definition: KindDefinition;
  object: AnyObject;
  claim: Claim;
}

/** One repair. */
export type Repair =
  /** The object has what no key says. */
  | { type: 'claim'; holding: Holding }
  /** Nobody has what the key says: whatever it names is gone or has something else, which must still be so. */
  | {
      type: 'release';
      entry: Entry;
      named?: { definition: KindDefinition; key: ObjectKey; modRevision: number };
    }
  /** Two objects have it; the key is the other's. For people to solve. */
  | { type: 'clash'; holding: Holding; owner: ClaimHolder };

/** Repairs of one round; the rest follows in the next. */
export const REPAIRS_MAX = 1_000;

/**
 * Compares.
 *
 * @param listed the objects of each kind that claims something, no older than the claims.
 */
export function planRepair(
  claims: readonly Entry[],
  listed: readonly { rules: ClaimRules; objects: readonly AnyObject[] }[],
): Repair[] {
  const byKey = new Map(claims.map((entry) => [entry.key, entry]));
  const holdings = listed.flatMap(({ rules, objects }) => holdingsOf(rules, objects));
  const heldBy = new Map<string, Set<string>>();
  for (const { object, claim } of holdings) {
    const uids = heldBy.get(claim.key) ?? new Set();
    heldBy.set(claim.key, uids.add(object.metadata.uid ?? ''));
  }
  const wrong = holdings.flatMap((holding): Repair[] => {
    const entry = byKey.get(holding.claim.key);
    if (entry === undefined) return [{ type: 'claim', holding }];
    const owner = holderIn(entry);
    if (owner?.uid === holding.object.metadata.uid) return [];
    const isHeld = owner !== undefined && heldBy.get(entry.key)?.has(owner.uid) === true;
    return isHeld ? [{ type: 'clash', holding, owner }] : [];
  });
  const left = claims.flatMap((entry): Repair[] => {
    const owner = holderIn(entry);
    if (owner !== undefined && heldBy.get(entry.key)?.has(owner.uid) === true) return [];
    if (owner === undefined) return [{ type: 'release', entry }];
    const named = whatIsNamed(owner, listed);
    // Of a kind that only a newer version knows: not ours to judge.
    return named === undefined ? [] : [{ type: 'release', entry, named }];
  });
  return [...left, ...wrong].slice(0, REPAIRS_MAX);
}

function holdingsOf({ definition, held }: ClaimRules, objects: readonly AnyObject[]): Holding[] {
  return objects.flatMap((object) => held(object).map((claim) => ({ definition, object, claim })));
}

/** An object that cannot be read is not there for the cache, but it is for the store: it keeps what it has. */
function whatIsNamed(
  { resource, namespace, name }: ClaimHolder,
  listed: readonly { rules: ClaimRules; objects: readonly AnyObject[] }[],
): Extract<Repair, { type: 'release' }>['named'] {
  const kind = listed.find(({ rules }) => resourceIdOf(rules.definition) === resource);
  if (kind === undefined) return undefined;
  const object = kind.objects.find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
  );
  return {
    definition: kind.rules.definition,
    key: { namespace, name },
    modRevision: Number(object?.metadata.resourceVersion ?? 0),
  };
}
