// Makes the cache as fresh as a read demands.
import type { StatusError } from '@gantry/api/status-error';
import { timeout } from '@gantry/api/status-error';
import { codeOf } from '@gantry/kit/operational-error';
import type { Cache } from '../cache/cache.ts';
import type { Freshness } from './read-options.ts';

/**
 * Waits until the cache may answer.
 *
 * @throws StatusError 504 when the revision asked for is not reached in time.
 */
export async function freshen(cache: Cache, freshness: Freshness, signal: AbortSignal): Promise<void> {
  switch (freshness.type) {
    case 'any':
      return;
    case 'newest':
      return cache.waitForNewest(signal);
    case 'not-older-than':
    case 'exact':
      return reach(cache, freshness.revision, signal);
  }
}

async function reach(cache: Cache, revision: number, signal: AbortSignal): Promise<void> {
  if (cache.revision >= revision) return;
  try {
    await cache.waitFor(revision, signal);
  } catch (error) {
    throw codeOf(error) === 'cache-behind' ? tooLarge(revision, cache.revision) : error;
  }
}

/** Clients of Kubernetes recognise this cause and list again without a revision. */
function tooLarge(revision: number, current: number): StatusError {
  const error = timeout(`Too large resource version: ${revision}, current: ${current}`, 1);
  const message = 'Too large resource version';
  error.status.details = {
    ...error.status.details,
    causes: [{ reason: 'ResourceVersionTooLarge', message }],
  };
  return error;
}
