import test from 'ava';
import fc from 'fast-check';
import type { IEvent, IWatchResponse } from 'etcd3';
import { codeOf } from '@gantry/kit/operational-error';
import { WatchCursor } from './watch-cursor.ts';

function event(revision: number, key: string, type: 'Put' | 'Delete' = 'Put'): IEvent {
  const kv = {
    key: Buffer.from(key),
    value: Buffer.from(`v${revision}`),
    create_revision: String(revision),
    mod_revision: String(revision),
    version: '1',
    lease: '0',
  };
  return { type, kv, prev_kv: kv };
}

function response(more: Partial<IWatchResponse> & { revision?: number }): IWatchResponse {
  const { revision = 1, ...rest } = more;
  const header = { cluster_id: '1', member_id: '1', revision: String(revision), raft_term: '1' };
  return {
    ...{ header, watch_id: '0', created: false, canceled: false, compact_revision: '0', cancel_reason: '' },
    ...{ fragment: false, events: [] },
    ...rest,
  };
}

test('the header is not believed when it comes with events or with the confirmation of the watch', (t) => {
  const cursor = new WatchCursor(10);
  t.is(cursor.accept(response({ created: true, revision: 500 })), undefined);
  t.is(cursor.seen, 10);
  const batch = cursor.accept(response({ revision: 500, events: [event(12, 'a')] }));
  t.is(batch?.revision, 12);
  t.is(cursor.startRevision, 12);
});

test('an empty answer tells how far everything has been seen, never backwards', (t) => {
  const cursor = new WatchCursor(10);
  t.deepEqual(cursor.accept(response({ revision: 30 })), { revision: 30, events: [] });
  t.is(cursor.accept(response({ revision: 20 })), undefined);
  t.is(cursor.startRevision, 30);
});

test('events that come again are dropped; events later than a hasty progress answer are not', (t) => {
  const cursor = new WatchCursor(10);
  t.is(cursor.accept(response({ events: [event(9, 'a'), event(10, 'b')] })), undefined);
  cursor.accept(response({ revision: 20 }));
  const late = cursor.accept(response({ events: [event(15, 'c')] }));
  t.deepEqual([late?.revision, late?.events.map((each) => each.modRevision)], [20, [15]]);
});

test('a deletion carries its key and revision only', (t) => {
  const batch = new WatchCursor(1).accept(response({ events: [event(2, 'a', 'Delete'), event(3, 'b')] }));
  t.deepEqual(batch?.events, [
    { type: 'delete', key: 'a', modRevision: 2 },
    { type: 'put', key: 'b', value: 'v3', createRevision: 3, modRevision: 3 },
  ]);
});

test('a compacted history and a cancelled watch are errors', (t) => {
  const compacted = t.throws(() =>
    new WatchCursor(4).accept(response({ canceled: true, compact_revision: '9' })),
  );
  t.is(codeOf(compacted), 'store-compacted');
  const cancelled = t.throws(() =>
    new WatchCursor(4).accept(response({ canceled: true, cancel_reason: 'no leader' })),
  );
  t.regex(cancelled?.message ?? '', /no leader/);
});

test('wherever fragments and breaks fall, all events come once, in order, and no revision is torn', (t) => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 15 });
  const cuts = fc.array(fc.record({ length: fc.integer({ min: 1, max: 7 }), broken: fc.boolean() }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(sizes, cuts, (perRevision, plan) => {
      const all = perRevision.flatMap((count, index) =>
        Array.from({ length: count }, (_, each) => event(index + 2, `k${each}`)),
      );
      const cursor = new WatchCursor(1);
      const handedOut: number[][] = [];
      let sent = 0;
      const send = (length: number): void => {
        const end = Math.min(all.length, sent + length);
        const fragment = end < all.length;
        const batch = cursor.accept(response({ revision: 999, fragment, events: all.slice(sent, end) }));
        if (batch !== undefined) handedOut.push(batch.events.map((each) => each.modRevision));
        sent = end;
      };
      for (const { length, broken } of plan) {
        if (sent < all.length) send(length);
        if (!broken) continue;
        cursor.restart();
        sent = all.findIndex(({ kv }) => Number(kv.mod_revision) >= cursor.startRevision);
        if (sent === -1) sent = all.length;
      }
      if (sent < all.length) send(all.length);
      t.deepEqual(
        handedOut.flat(),
        all.map(({ kv }) => Number(kv.mod_revision)),
      );
      for (const revision of new Set(handedOut.flat()))
        t.is(handedOut.filter((batch) => batch.includes(revision)).length, 1);
    }),
    { seed: 5, numRuns: 300 },
  );
});
