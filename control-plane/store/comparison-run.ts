// Does the same operations to two stores and compares every answer. Two things differ by nature and are told apart:
// revisions, by how far each store had counted when the comparison began; leases, by the order of their granting.
import { isDeepStrictEqual } from 'node:util';
import type { Operation, RevisionRef, WriteOperation } from './comparison-operations.ts';
import { Watching } from './comparison-watch.ts';
import { failureCode } from './contract-steps.ts';
import { VALUE_BYTES_MAX } from './store.ts';
import type { Commit, Condition, Entry, Store, StoreLease, Write } from './store.ts';
import { ABORTED_CALLS, WRONG_CALLS } from './wrong-calls.ts';

/** Keys below a root; some are prefixes of others. */
const KEYS = ['a/x', 'a/x/1', 'a/y', 'a', 'ab/x', 'b/x', 'b/x2', 'b/z', 'c', 'c/', 'd/~', 'd/ '];
/** Never written, but asked for. */
const STRANGE_KEYS = ['ä', '\uD800', '😀/x', '\n'];
/** Prefixes below the root, and all keys that there are. */
const PREFIXES = ['', 'a/', 'a', 'b/x', 'c', 'none/', 'd/', undefined];
/** Bytes of values by their size; small ones differ from write to write. */
const VALUE_BYTES = { half: 800_000, limit: VALUE_BYTES_MAX, over: VALUE_BYTES_MAX + 1 };
/** Longer texts are compared by length and beginning. */
const TEXT_LENGTH_MAX = 100;

/** Two stores that answered differently. */
export interface Difference {
  step: number;
  operation: Operation;
  first: unknown;
  second: unknown;
}

/**
 * Runs the operations on both stores.
 *
 * @param root a prefix below which neither store has anything; what is left there is deleted from both.
 * @returns the first difference; undefined when there is none.
 */
export async function compareStores(
  first: Store,
  second: Store,
  root: string,
  operations: readonly Operation[],
): Promise<Difference | undefined> {
  const comparison = new Comparison(root, await openSide(first, root), await openSide(second, root));
  try {
    const all: Operation[] = [...operations, { type: 'catch-up' }, { type: 'revision' }];
    for (const [step, operation] of all.entries()) {
      const [one, other] = await comparison.answers(operation, step);
      if (!isDeepStrictEqual(one, other)) return { step, operation, first: one, second: other };
    }
    return undefined;
  } finally {
    await comparison.end();
    for (const store of [first, second]) await deleteAll(store, root);
  }
}

/** One of the two stores, with what has been opened on it. */
interface Side {
  store: Store;
  /** What its revisions are ahead of the comparison's, which begin at 1. */
  offset: number;
  leases: StoreLease[];
  watches: Watching[];
}

/** Both sides begin alike: with one key, and without a history before it. */
async function openSide(store: Store, root: string): Promise<Side> {
  const { revision } = await store.commit({
    conditions: [],
    writes: [{ type: 'put', key: `${root}begun`, value: '0' }],
  });
  await store.compact(revision);
  return { store, offset: revision - 1, leases: [], watches: [] };
}

async function deleteAll(store: Store, root: string): Promise<void> {
  const { entries } = await store.list(root);
  for (let from = 0; from < entries.length; from += 100) {
    const writes = entries.slice(from, from + 100).map(({ key }): Write => ({ type: 'delete', key }));
    await store.commit({ conditions: [], writes });
  }
}

class Comparison {
  readonly #root: string;
  readonly #first: Side;
  readonly #second: Side;
  /** In the comparison's own count, as are all revisions here. */
  #compacted = 1;
  #lastDelete = 1;

  constructor(root: string, first: Side, second: Side) {
    this.#root = root;
    this.#first = first;
    this.#second = second;
  }

  /** Does the operation to both sides. @returns what each answered, told apart as above. */
  async answers(operation: Operation, step: number): Promise<[unknown, unknown]> {
    const call = await this.#callOf(operation, step);
    return [await outcomeOn(this.#first, call), await outcomeOn(this.#second, call)];
  }

  async end(): Promise<void> {
    for (const { watches } of [this.#first, this.#second]) for (const watch of watches) await watch.stop();
  }

  async #callOf(operation: Operation, step: number): Promise<(side: Side) => Promise<unknown>> {
    switch (operation.type) {
      case 'get':
        return ({ store }) => store.get(this.#anyKey(operation.key));
      case 'revision':
        return async ({ store }) => ({ revision: await store.currentRevision() });
      case 'commit':
        return this.#commit(operation, step);
      case 'list':
        return this.#list(operation);
      case 'compact':
        return this.#compact(operation.at);
      case 'grant':
        return async ({ store, leases }) => void leases.push(await store.grantLease(3_600_000));
      case 'keep-alive':
        return async ({ leases }) => round(leases, operation.lease)?.keepAlive();
      case 'revoke':
        return async ({ leases }) => round(leases, operation.lease)?.revoke();
      case 'wrong':
        return ({ store }) => round(WRONG_CALLS, operation.row)?.(store, this.#root) ?? Promise.resolve();
      case 'aborted':
        return ({ store, leases }) =>
          round(ABORTED_CALLS, operation.row)?.(store, leases.at(-1)) ?? Promise.resolve();
      case 'watch':
      case 'stop-watch':
      case 'catch-up':
        return this.#watching(operation);
    }
  }

  async #watching(
    operation: Operation & { type: 'watch' | 'stop-watch' | 'catch-up' },
  ): Promise<(side: Side) => Promise<unknown>> {
    if (operation.type === 'catch-up') return catchUp;
    if (operation.type === 'stop-watch') {
      return async ({ watches }) => {
        const watch = round(watches, operation.watch);
        await watch?.stop();
        watches.splice(0, watches.length, ...watches.filter((one) => one !== watch));
      };
    }
    const after = await this.#revision(operation.after);
    const prefix = this.#prefix(operation.prefix);
    const isToCome = after > (await this.#newest());
    return async (side) => {
      const watch = new Watching(side.store, prefix, real(side, after));
      // Such a watch has to fail, and before the revision comes.
      if (isToCome) return watch.failed();
      side.watches.push(watch);
      return 'open';
    };
  }

  async #commit(
    { conditions, writes }: Operation & { type: 'commit' },
    step: number,
  ): Promise<(side: Side) => Promise<unknown>> {
    const { entries, revision: newest } = await this.#first.store.list(this.#root);
    const current = new Map(entries.map((entry) => [entry.key, entry]));
    const expected = conditions.map((one) => ({
      key: this.#key(one.key),
      modRevision: this.#expectedRevision(one.is, current.get(this.#key(one.key)), newest),
    }));
    const fresh = uniqueBy(writes, ({ key }) => this.#key(key));
    if (fresh.some(({ type }) => type === 'delete')) this.#lastDelete = newest - this.#first.offset + 1;
    return (side) => side.store.commit(this.#commitOn(side, expected, fresh, step));
  }

  #commitOn(
    side: Side,
    conditions: readonly Condition[],
    writes: readonly WriteOperation[],
    step: number,
  ): Commit {
    return {
      conditions: conditions.map(({ key, modRevision }) => ({ key, modRevision: real(side, modRevision) })),
      writes: writes.map((write): Write => {
        const key = this.#key(write.key);
        if (write.type === 'delete') return { type: 'delete', key };
        const value = write.size === 'small' ? `${step}-${write.key}` : 'x'.repeat(VALUE_BYTES[write.size]);
        const leaseId = write.lease === undefined ? undefined : side.leases[write.lease]?.id;
        return { type: 'put', key, value, ...(leaseId === undefined ? {} : { leaseId }) };
      }),
    };
  }

  #expectedRevision(is: string, entry: Entry | undefined, newest: number): number {
    const { offset } = this.#first;
    switch (is) {
      case 'absent':
        return 0;
      case 'old':
        return Math.max(1, (entry?.modRevision ?? newest) - offset - 1);
      case 'future':
        return newest - offset + 5;
      default:
        return entry === undefined ? 0 : entry.modRevision - offset;
    }
  }

  async #list(operation: Operation & { type: 'list' }): Promise<(side: Side) => Promise<unknown>> {
    const { limit, startAfter, at } = operation;
    const prefix = this.#prefix(operation.prefix);
    const revision = at === undefined ? undefined : await this.#revision(at);
    return (side) =>
      side.store.list(prefix, {
        ...(limit === undefined ? {} : { limit }),
        ...(startAfter === undefined ? {} : { startAfter: this.#key(startAfter) }),
        ...(revision === undefined ? {} : { revision: real(side, revision) }),
      });
  }

  /** What has been sent to a watch already is not lost by a compaction, so that all are brought up to date first. */
  async #compact(at: RevisionRef): Promise<(side: Side) => Promise<unknown>> {
    const revision = Math.max(1, await this.#revision(at));
    return async (side) => {
      const told = await catchUp(side);
      const code = await failureCode(() => side.store.compact(real(side, revision)));
      if (code === undefined) this.#compacted = revision;
      return { told, code };
    };
  }

  async #revision({ from, by }: RevisionRef): Promise<number> {
    if (from === 'zero') return by;
    const newest = await this.#newest();
    const base = { newest, compacted: this.#compacted, 'last-delete': this.#lastDelete }[from];
    return Math.max(0, base + by);
  }

  async #newest(): Promise<number> {
    return (await this.#first.store.currentRevision()) - this.#first.offset;
  }

  #key(number: number): string {
    return `${this.#root}${KEYS[number % KEYS.length] ?? ''}`;
  }

  #anyKey(number: number): string {
    const keys = [...KEYS, ...STRANGE_KEYS];
    return `${this.#root}${keys[number % keys.length] ?? ''}`;
  }

  #prefix(number: number): string {
    const prefix = PREFIXES[number % PREFIXES.length];
    return prefix === undefined ? '' : `${this.#root}${prefix}`;
  }
}

async function catchUp(side: Side): Promise<unknown> {
  const newest = await side.store.currentRevision();
  const told: unknown[] = [];
  for (const watch of side.watches) told.push(await watch.told(newest));
  side.watches = side.watches.filter((watch) => !watch.hasEnded);
  return told;
}

async function outcomeOn(side: Side, call: (side: Side) => Promise<unknown>): Promise<unknown> {
  let answer: unknown;
  const code = await failureCode(async () => (answer = await call(side)));
  return code === undefined ? toldApart(answer, side.offset) : { code };
}

/** 0 is no revision but a word: none, or the newest. */
function real({ offset }: Side, revision: number): number {
  return revision === 0 ? 0 : revision + offset;
}

const REVISION_FIELDS = new Set(['revision', 'modRevision', 'createRevision']);

function toldApart(value: unknown, offset: number, field = ''): unknown {
  if (typeof value === 'number') return REVISION_FIELDS.has(field) ? value - offset : value;
  if (typeof value === 'string')
    return value.length > TEXT_LENGTH_MAX ? `${value.slice(0, TEXT_LENGTH_MAX)} (${value.length})` : value;
  if (Array.isArray(value)) return value.map((one) => toldApart(one, offset));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toldApart(one, offset, name)]));
}

function round<T>(items: readonly T[], index: number): T | undefined {
  return items[index % Math.max(1, items.length)];
}

/** A key may stand in a commit once; the last write of it is meant. */
function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
