// Creations that are done once however often they are asked for: beside the object a record is written under
// the client's Idempotency-Key, in the same transaction. Records expire with a lease and are bounded in number.
import type { KindDefinition } from '@gantry/api/definition';
import { resourceIdOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { badRequest, tooManyRequests, unprocessable } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { createHash } from 'node:crypto';
import type { Store, StoreLease } from '../store/store.ts';
import type { CreationMark } from './create-object.ts';

/** How long a repeated request is recognised, at least. */
export const RECORD_TTL_MS = 60 * 60 * 1000;
/** One lease serves the records of this long. */
const LEASE_SHARED_MS = 10 * 60 * 1000;
/** Records of one lease; further requests with a key are refused with 429. */
export const RECORDS_PER_LEASE_MAX = 20_000;
const KEY_LENGTH_MAX = 256;

/** What an earlier creation made. */
export interface IdempotencyRecord {
  namespace: string;
  name: string;
  uid: string;
  /** Hash of the request's body: the same key for another request is a mistake. */
  request: string;
}

/** Makes the marks of creations. */
export interface IdempotencyMarks {
  /** @throws StatusError 400 for a bad key, 429 when too many are kept. */
  markFor(definition: KindDefinition, raw: AnyObject, user: string, key: string): Promise<CreationMark>;
  /** The shared lease is gone: the next mark asks for a new one. */
  leaseLost(): void;
}

/** Marks whose lease is shared and renewed by this process only. */
export function createIdempotencyMarks(deps: {
  store: Pick<Store, 'grantLease'>;
  clock: Clock;
}): IdempotencyMarks {
  let shared: { lease: StoreLease; untilMs: number; records: number } | undefined;
  const leaseFor = async (): Promise<string> => {
    const nowMs = deps.clock.nowMs();
    if (shared === undefined || nowMs >= shared.untilMs) {
      const lease = await deps.store.grantLease(RECORD_TTL_MS + LEASE_SHARED_MS);
      shared = { lease, untilMs: nowMs + LEASE_SHARED_MS, records: 0 };
    }
    if (++shared.records > RECORDS_PER_LEASE_MAX) {
      throw tooManyRequests('too many requests with an Idempotency-Key; try again later', 60);
    }
    return shared.lease.id;
  };
  return {
    leaseLost: () => {
      shared = undefined;
    },
    async markFor(definition, raw, user, key) {
      if (!/^[\x21-\x7e]+$/.test(key) || key.length > KEY_LENGTH_MAX) {
        throw badRequest(`the Idempotency-Key must be 1 to ${KEY_LENGTH_MAX} printable characters`);
      }
      const leaseId = await leaseFor();
      const request = requestHash(definition, raw);
      return {
        key: `/gantry/idempotency/${digest(`${user}\n${key}`)}`,
        write: (object) => ({
          type: 'put',
          key: `/gantry/idempotency/${digest(`${user}\n${key}`)}`,
          value: JSON.stringify(recordOf(object, request)),
          leaseId,
        }),
      };
    },
  };
}

function recordOf({ metadata }: AnyObject, request: string): IdempotencyRecord {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    request,
  };
}

/**
 * The record behind a mark, provided that it was left by the same request.
 *
 * @throws StatusError 422 when the key was used for another request.
 */
export function recordFrom(value: string, definition: KindDefinition, raw: AnyObject): IdempotencyRecord {
  const record = JSON.parse(value) as IdempotencyRecord;
  if (record.request === requestHash(definition, raw)) return record;
  throw unprocessable('this Idempotency-Key was used for another request; use a new one for each creation');
}

const requestHash = (definition: KindDefinition, raw: AnyObject): string =>
  digest(`${resourceIdOf(definition)}\n${JSON.stringify(raw)}`);

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
