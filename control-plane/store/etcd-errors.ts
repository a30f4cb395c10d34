// Translates what etcd3, gRPC and etcd throw into the errors of a store, once, at the edge.
import { OperationalError, messageOf } from '@gantry/kit/operational-error';

/** What was tried: only a write leaves doubt about its outcome. */
export type Attempt = 'read' | 'write';

interface Rule {
  pattern: RegExp;
  code: string;
  sentence: string;
}

/** etcd's own words, which gRPC passes on. First match wins. */
const RULES: readonly Rule[] = [
  {
    pattern: /required revision has been compacted/,
    code: 'store-compacted',
    sentence: 'the revision is no longer kept; list again',
  },
  {
    pattern: /required revision is a future revision/,
    code: 'store-future-revision',
    sentence: 'the revision does not exist yet',
  },
  {
    pattern: /request is too large|larger than max|message larger than/i,
    code: 'store-value-too-large',
    sentence: 'the request is over the size limit of etcd',
  },
  {
    pattern: /requested lease not found|Lease .* is expired or revoked/,
    code: 'lease-lost',
    sentence: 'the lease has expired or was revoked',
  },
  {
    pattern: /database space exceeded/,
    code: 'store-full',
    sentence: 'the database of etcd is full; compact and defragment it, or raise its quota',
  },
  {
    pattern: /permission denied|authentication failed|invalid auth token|user name is empty/i,
    code: 'store-forbidden',
    sentence: 'etcd refuses this user',
  },
];

const DEADLINE = /DEADLINE_EXCEEDED|Deadline exceeded/i;

/** The error that a caller of the store sees. An error that is one already stays as it is. */
export function translate(error: unknown, attempt: Attempt): OperationalError {
  if (error instanceof OperationalError) return error;
  const message = messageOf(error);
  const rule = RULES.find((each) => each.pattern.test(message));
  if (rule !== undefined) return new OperationalError(rule.code, rule.sentence, { cause: error });
  if (attempt === 'read' && isDeadline(error))
    return new OperationalError('store-deadline', 'etcd did not answer in time', { cause: error });
  const doubt = attempt === 'write' && !wasNeverSent(error);
  const sentence = doubt ? 'the write may or may not have happened' : 'etcd cannot be reached';
  return new OperationalError('store-unavailable', `${sentence}: ${message}`, { cause: error });
}

function isDeadline(error: unknown): boolean {
  return DEADLINE.test(messageOf(error)) || (error as Error).name.includes('Deadline');
}

/** Whether the request cannot have reached etcd: there was no connection to send it on. */
export function wasNeverSent(error: unknown): boolean {
  return /No connection established|Channel closed before call started/.test(messageOf(error));
}

/** Whether trying a read again, perhaps on another member, may help. */
export function isTransient(error: unknown): boolean {
  return translate(error, 'read').code === 'store-unavailable';
}
