// Commits as etcd transactions, and etcd's answers as results. Pure.
import type { IKeyValue, ITxnRequest, ITxnResponse } from 'etcd3';
import type { Commit, CommitResult, Entry, Write } from './store.ts';

/** The entry in an answer. etcd's 64-bit numbers travel as strings; revisions stay far below 2^53. */
export function entryOf(kv: IKeyValue): Entry {
  return {
    key: kv.key.toString('utf8'),
    value: kv.value.toString('utf8'),
    createRevision: Number(kv.create_revision),
    modRevision: Number(kv.mod_revision),
  };
}

/** The writes, if the conditions hold. What holds else is asked afterwards: most transactions are not refused. */
export function transactionOf(commit: Commit): ITxnRequest {
  return {
    compare: commit.conditions.map(({ key, modRevision }) => ({
      result: 'Equal',
      target: 'Mod',
      key: Buffer.from(key),
      mod_revision: modRevision,
    })),
    success: commit.writes.map(operationOf),
  };
}

/** What the condition keys held at `revision`; at 0: hold now. */
export function questionOf({ conditions }: Commit, revision: number): ITxnRequest {
  const keys = new Set(conditions.map(({ key }) => key));
  const rangeOf = (key: string) => ({
    request_range: { key: Buffer.from(key), revision: String(revision) },
  });
  return { success: Array.from(keys, rangeOf) };
}

function operationOf(write: Write): NonNullable<ITxnRequest['success']>[number] {
  const key = Buffer.from(write.key);
  if (write.type === 'delete') return { request_delete_range: { key } };
  const lease = write.leaseId === undefined ? {} : { lease: write.leaseId };
  return { request_put: { key, value: Buffer.from(write.value), ...lease } };
}

/** The refusal of a commit, from the answer to its question. */
export function refusalOf(answer: ITxnResponse, revision: number): CommitResult {
  const found = answer.responses.flatMap((response) => response.response_range?.kvs ?? []);
  return { ok: false, revision, current: found.map(entryOf) };
}

/** The first key after all that start with `prefix`: etcd's `range_end`. */
export function rangeEnd(prefix: string): Buffer {
  const end = Buffer.from(prefix);
  for (let index = end.length - 1; index >= 0; index--) {
    const byte = end[index] as number;
    if (byte === 0xff) continue;
    end[index] = byte + 1;
    return end.subarray(0, index + 1);
  }
  return Buffer.from([0]);
}
