// Claims: what only one object of the cluster may have (an address, a port, a range of addresses) is a key of its own,
// created in the transaction that writes the object and deleted in the one that deletes it. So nothing is ever given
// out twice or lost, however many replicas write at once and wherever they crash.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import type { Issue } from '@gantry/api/issue';
import { invalidValue } from '@gantry/api/issues';
import type { AnyObject } from '@gantry/api/meta';
import { invalid } from '@gantry/api/status-error';
import type { IndexDefinition } from '../cache/cache.ts';
import type { Condition, Entry, Write } from '../store/store.ts';
import { TRANSACTION_OPERATIONS_MAX } from '../store/store.ts';
import { translateStoreError } from './store-failure.ts';
import type { ResourcesDeps } from './deps.ts';

/** Something that one object at most may have. */
export interface Claim {
  /** Of the form that {@link claimKey} makes. */
  key: string;
  /** Where the object says it, and what. */
  path: string;
  value: unknown;
  /** Why it is refused when another object has it. */
  takenMessage: string;
}

/** What the objects of a kind claim. Declared here, made by whoever knows the kind. */
export interface ClaimRules {
  definition: KindDefinition;
  /** What an object has. Each key once. Pure. */
  held: (object: AnyObject) => readonly Claim[];
  /** Keys that are of no use to others while the object has what it has, for the index; those of `held` when absent. */
  occupied?: (object: AnyObject) => readonly string[];
  /**
   * Gives an object what it should have and does not say; mutates it. `isTaken` may be behind: what it misses is found
   * out by the transaction. @returns issues: what is out of range, or that nothing is left.
   */
  fill: (object: AnyObject, isTaken: (key: string) => boolean, previous?: AnyObject) => Issue[];
}

/** The value of a claim's key: who has it. */
export interface ClaimHolder {
  resource: string;
  namespace: string;
  name: string;
  uid: string;
}

/** All claims are below this. The cache takes keys without a further segment for nobody's. */
export const CLAIMS_PREFIX = '/gantry/claims/';
/** Name of the index of objects by the keys that they claim. */
export const CLAIMS_INDEX = 'claims';
/** How often a creation chooses anew when others were faster. */
export const CLAIM_TRIES_MAX = 64;
/** Room for the object itself, its namespace, an idempotency mark and the fence. */
const CHANGES_MAX = TRANSACTION_OPERATIONS_MAX - 8;

/** `/gantry/claims/service-address:10.96.0.1`. */
export function claimKey(pool: string, value: string): string {
  return `${CLAIMS_PREFIX}${pool}:${value.replaceAll('/', '-')}`;
}

/** Who has a claim, as it is written down. */
export function holderOf(definition: KindDefinition, { metadata }: AnyObject): ClaimHolder {
  const { namespace = '', name = '', uid = '' } = metadata;
  return { resource: resourceIdOf(definition), namespace, name, uid };
}

/** The index by which a free one is found without asking the store. */
export function claimIndexes(rules: readonly ClaimRules[]): IndexDefinition[] {
  return rules.map(({ definition, held, occupied }) => ({
    name: CLAIMS_INDEX,
    resourceId: resourceIdOf(definition),
    values: occupied ?? ((object) => held(object).map(({ key }) => key)),
  }));
}

/** What a write of an object adds to its transaction. */
export interface ClaimChanges {
  conditions: readonly Condition[];
  writes: readonly Write[];
}

const NO_CHANGES: ClaimChanges = { conditions: [], writes: [] };

/** The claims of one write; undefined for kinds that claim nothing. */
export function claimsFor(deps: ResourcesDeps, definition: KindDefinition): Claims | undefined {
  const resourceId = resourceIdOf(definition);
  const rules = deps.claims?.find((each) => resourceIdOf(each.definition) === resourceId);
  return rules === undefined ? undefined : new Claims(deps, rules);
}

/** Remembers, for the tries of one write, what the store has shown to be taken. */
export class Claims {
  readonly #deps: ResourcesDeps;
  readonly #rules: ClaimRules;
  readonly #known = new Set<string>();

  constructor(deps: ResourcesDeps, rules: ClaimRules) {
    this.#deps = deps;
    this.#rules = rules;
  }

  /**
   * The object with all that it should have.
   *
   * @throws StatusError 422 when something is out of range, has another holder, or when nothing is left.
   */
  filled(object: AnyObject, previous?: AnyObject): AnyObject {
    const taken = this.#newlyHeld(object, previous).filter(({ key }) => this.#known.has(key));
    const filled = structuredClone(object);
    const issues = [...taken.map(takenIssue), ...this.#rules.fill(filled, this.#isTaken, previous)];
    if (issues.length > 0) throw invalid(this.#rules.definition, object.metadata.name ?? '', issues);
    return filled;
  }

  /** What the transaction does beside writing `next`, or beside removing the object when there is none. */
  async changes(
    previous: AnyObject | undefined,
    next: AnyObject | undefined,
    signal?: AbortSignal,
  ): Promise<ClaimChanges> {
    const taken = next === undefined ? [] : this.#newlyHeld(next, previous);
    const kept = new Set(next === undefined ? [] : this.#rules.held(next).map(({ key }) => key));
    const left = previous === undefined ? [] : this.#rules.held(previous).filter(({ key }) => !kept.has(key));
    if (taken.length + left.length === 0) return NO_CHANGES;
    const object = next ?? previous;
    if (object === undefined) return NO_CHANGES;
    this.#checkNumber(object, taken.length + left.length);
    const value = JSON.stringify(holderOf(this.#rules.definition, object));
    const released = await this.#ownEntries(left, object.metadata.uid ?? '', signal);
    return {
      conditions: [
        ...taken.map(({ key }) => ({ key, modRevision: 0 })),
        ...released.map(({ key, modRevision }) => ({ key, modRevision })),
      ],
      writes: [
        ...taken.map(({ key }): Write => ({ type: 'put', key, value })),
        ...released.map(({ key }): Write => ({ type: 'delete', key })),
      ],
    };
  }

  /** Learns from a lost race which claims others have. */
  noteLost(current: ReadonlyMap<string, Entry>): void {
    for (const key of current.keys()) if (key.startsWith(CLAIMS_PREFIX)) this.#known.add(key);
  }

  /**
   * For a dry run: what the object asks for by name has to be free now.
   *
   * @throws StatusError 422.
   */
  async checkFree(asked: AnyObject, previous?: AnyObject, signal?: AbortSignal): Promise<void> {
    const wanted = this.#newlyHeld(asked, previous);
    const found = await Promise.all(wanted.map(({ key }) => this.#read(key, signal)));
    const issues = wanted.filter((_, index) => found[index] !== undefined).map(takenIssue);
    if (issues.length > 0) throw invalid(this.#rules.definition, asked.metadata.name ?? '', issues);
  }

  readonly #isTaken = (key: string): boolean =>
    this.#known.has(key) || this.#deps.cache.byIndex(this.#rules.definition, CLAIMS_INDEX, key).length > 0;

  #newlyHeld(object: AnyObject, previous: AnyObject | undefined): Claim[] {
    const before = new Set(previous === undefined ? [] : this.#rules.held(previous).map(({ key }) => key));
    return this.#rules.held(object).filter(({ key }) => !before.has(key));
  }

  /** Only what is this object's own is released: what a broken store gave to two stays with the other. */
  async #ownEntries(
    claims: readonly Claim[],
    uid: string,
    signal: AbortSignal | undefined,
  ): Promise<Entry[]> {
    const entries = await Promise.all(claims.map(({ key }) => this.#read(key, signal)));
    return entries.filter((entry): entry is Entry => entry !== undefined && holderIn(entry)?.uid === uid);
  }

  async #read(key: string, signal: AbortSignal | undefined): Promise<Entry | undefined> {
    try {
      return (await this.#deps.store.get(key, signal)).entry;
    } catch (error) {
      throw translateStoreError(error, 'read');
    }
  }

  #checkNumber(object: AnyObject, count: number): void {
    if (count <= CHANGES_MAX) return;
    const why = `at most ${CHANGES_MAX} addresses and ports may change at once: change it in two steps`;
    throw invalid(this.#rules.definition, object.metadata.name ?? '', [invalidValue('spec', count, why)]);
  }
}

function takenIssue({ path, value, takenMessage }: Claim): Issue {
  return invalidValue(path, value, takenMessage);
}

/** Who has a claim; undefined when its value is none. */
export function holderIn({ value }: Pick<Entry, 'value'>): ClaimHolder | undefined {
  try {
    const holder: unknown = JSON.parse(value);
    return typeof holder === 'object' && holder !== null ? (holder as ClaimHolder) : undefined;
  } catch {
    return undefined;
  }
}
