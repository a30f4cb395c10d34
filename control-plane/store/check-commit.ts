// What every store refuses before it tries to write: broken callers fail an invariant, data over the limit is a clear
// error.
import { invariant } from '@gantry/kit/invariant';
import { OperationalError } from '@gantry/kit/operational-error';
import { checkKey, checkStoredKey, isRevision } from './check-arguments.ts';
import { REQUEST_BYTES_MAX, TRANSACTION_OPERATIONS_MAX, VALUE_BYTES_MAX } from './store.ts';
import type { Commit, Write } from './store.ts';

/** Bytes that keys and protocol framing add to one operation, generously. */
const FRAMING_BYTES = 64;

/** How many bytes a write takes in a request, about. */
export function writeBytes(write: Write): number {
  const keyBytes = write.key.length + FRAMING_BYTES;
  return write.type === 'put' ? keyBytes + Buffer.byteLength(write.value) : keyBytes;
}

/**
 * Checks a commit against the limits that all stores share.
 *
 * @throws OperationalError `store-value-too-large`; InvariantError when the caller broke the interface.
 */
export function checkCommit(commit: Commit): void {
  const { conditions, writes } = commit;
  invariant(writes.length <= TRANSACTION_OPERATIONS_MAX, 'a commit holds at most 128 writes');
  invariant(conditions.length <= TRANSACTION_OPERATIONS_MAX, 'a commit holds at most 128 conditions');
  invariant(new Set(writes.map(({ key }) => key)).size === writes.length, 'a key stands in a commit once');
  for (const { key } of writes) checkStoredKey(key);
  for (const { key } of conditions) checkKey(key);
  invariant(
    conditions.every(({ modRevision }) => isRevision(modRevision)),
    'a condition names a revision',
  );
  for (const write of writes) checkValue(write);
  const requestBytes = commitBytes(commit);
  if (requestBytes > REQUEST_BYTES_MAX)
    throw new OperationalError(
      'store-value-too-large',
      `a transaction of ${requestBytes} bytes is over the limit of ${REQUEST_BYTES_MAX}; write less at once`,
    );
}

function commitBytes({ conditions, writes }: Commit): number {
  const written = writes.reduce((sum, write) => sum + writeBytes(write), 0);
  return conditions.reduce((sum, { key }) => sum + key.length + FRAMING_BYTES, written);
}

/** Half a surrogate pair: JSON text has none, and UTF-8 cannot hold it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function checkValue(write: Write): void {
  if (write.type !== 'put') return;
  invariant(!LONE_SURROGATE.test(write.value), 'a value is well-formed text');
  const bytes = Buffer.byteLength(write.value);
  if (bytes <= VALUE_BYTES_MAX) return;
  throw new OperationalError(
    'store-value-too-large',
    `the value of ${write.key} has ${bytes} bytes; at most ${VALUE_BYTES_MAX} can be stored`,
  );
}
