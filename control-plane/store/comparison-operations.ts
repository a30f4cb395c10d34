// Random operations for the comparison of stores. An operation is data and names the past relatively (the newest
// revision but three, the second lease), so that a sequence can be replayed and made shorter.
import fc from 'fast-check';

/** A revision as seen from where the store stands. */
export type RevisionRef =
  | { from: 'newest' | 'compacted' | 'last-delete'; by: number }
  /** This very number, wherever the store stands. */
  | { from: 'zero'; by: number };

/** What a condition expects of its key. */
export type Expectation = 'current' | 'absent' | 'old' | 'future';

/** A write; `lease` counts the leases granted so far. */
export interface WriteOperation {
  key: number;
  type: 'put' | 'delete';
  size: 'small' | 'half' | 'limit' | 'over';
  lease?: number;
}

/** One thing to do to both stores. Keys, prefixes, leases and watches are numbers, counted round. */
export type Operation =
  | { type: 'get'; key: number }
  | { type: 'revision' }
  | { type: 'commit'; conditions: { key: number; is: Expectation }[]; writes: WriteOperation[] }
  | { type: 'list'; prefix: number; limit?: number; startAfter?: number; at?: RevisionRef }
  | { type: 'watch'; prefix: number; after: RevisionRef }
  | { type: 'stop-watch'; watch: number }
  /** Waits until every watch has told all there is, and compares what they told. */
  | { type: 'catch-up' }
  | { type: 'compact'; at: RevisionRef }
  | { type: 'grant' }
  | { type: 'keep-alive' | 'revoke'; lease: number }
  /** A row of the table of calls that no store takes. */
  | { type: 'wrong'; row: number }
  /** A call with a signal that is aborted already. */
  | { type: 'aborted'; row: number };

const number = fc.nat(40);

const revision: fc.Arbitrary<RevisionRef> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ from: fc.constant('newest' as const), by: fc.integer({ min: -30, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ from: fc.constant('compacted' as const), by: fc.integer({ min: -2, max: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ from: fc.constant('last-delete' as const), by: fc.integer({ min: -1, max: 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ from: fc.constant('zero' as const), by: fc.nat(2) }) },
);

const condition = fc.record({
  key: number,
  is: fc.oneof(
    { weight: 6, arbitrary: fc.constant('current' as const) },
    { weight: 1, arbitrary: fc.constantFrom('absent' as const, 'old' as const, 'future' as const) },
  ),
});

const size = fc.oneof(
  { weight: 120, arbitrary: fc.constant('small' as const) },
  { weight: 1, arbitrary: fc.constantFrom('half' as const, 'limit' as const, 'over' as const) },
);

const write: fc.Arbitrary<WriteOperation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      { key: number, type: fc.constant('put' as const), size, lease: fc.nat(6) },
      { requiredKeys: ['key', 'type', 'size'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      key: number,
      type: fc.constant('delete' as const),
      size: fc.constant('small' as const),
    }),
  },
);

const list = fc.record(
  { type: fc.constant('list' as const), prefix: number, limit: fc.nat(8), startAfter: number, at: revision },
  { requiredKeys: ['type', 'prefix'] },
);

/** One operation, the common ones often. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 50,
    arbitrary: fc.record({
      type: fc.constant('commit' as const),
      conditions: fc.array(condition, { maxLength: 3 }),
      writes: fc.array(write, { maxLength: 5 }),
    }),
  },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('get' as const), key: number }) },
  { weight: 15, arbitrary: list },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('watch' as const), prefix: number, after: revision }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('stop-watch' as const), watch: number }) },
  { weight: 4, arbitrary: fc.constant({ type: 'catch-up' as const }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('compact' as const), at: revision }) },
  { weight: 3, arbitrary: fc.constant({ type: 'grant' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom('keep-alive' as const, 'revoke' as const), lease: number }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'revision' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('wrong' as const, 'aborted' as const), row: number }),
  },
);
