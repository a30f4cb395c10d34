// Sessions of the dashboard. A signed token proves one; stored is only what a token cannot say: that a login link has
// been used, and that a session was ended before its time. Both are keys that expire with a lease.
import { unavailable } from '@gantry/api/status-error';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Store } from '../store/store.ts';

const LOGINS = '/gantry/logins/';
const ENDED = '/gantry/ended-sessions/';
/** Sessions ended before their time that are known at once; more are refused until some would have ended anyway. */
export const ENDED_SESSIONS_MAX = 10_000;
/** Clocks of replicas may differ: what must be remembered until a moment is remembered a little longer. */
const SLACK_MS = 60_000;
const RETRY_MS = 500;
const PAGE_KEYS = 1000;

/** What is known of sessions beyond their tokens. */
export interface Sessions {
  /** Marks a login link as used. @returns false when it was used before, on whichever replica. */
  useOnce(loginId: string, expiresAtMs: number): Promise<boolean>;
  /** Ends a session now. @throws StatusError 503 when too many have been ended. */
  end(sessionId: string, expiresAtMs: number): Promise<void>;
  /** Whether it was ended before its time, as far as this replica has heard: within a moment. */
  hasEnded(sessionId: string): boolean;
  /** Hears of sessions that are ended elsewhere, until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

interface SessionsDeps {
  store: Pick<Store, 'commit' | 'grantLease' | 'list' | 'watch'>;
  clock: Clock;
  logger: Logger;
}

/** Sessions over a store that all replicas share. */
export function createSessions(deps: SessionsDeps): Sessions {
  const ended = new Set<string>();
  const remember = async (key: string, untilMs: number): Promise<boolean> => {
    const lease = await deps.store.grantLease(Math.max(0, untilMs - deps.clock.nowMs()) + SLACK_MS);
    const { ok } = await deps.store.commit({
      conditions: [{ key, modRevision: 0 }],
      writes: [{ type: 'put', key, value: '{}', leaseId: lease.id }],
    });
    if (!ok) await lease.revoke();
    return ok;
  };
  return {
    useOnce: (loginId, expiresAtMs) => remember(`${LOGINS}${loginId}`, expiresAtMs),
    async end(sessionId, expiresAtMs) {
      if (ended.size >= ENDED_SESSIONS_MAX && !ended.has(sessionId))
        throw unavailable('too many sessions have been ended; this one ends by time', 60);
      await remember(`${ENDED}${sessionId}`, expiresAtMs);
      ended.add(sessionId);
    },
    hasEnded: (sessionId) => ended.has(sessionId),
    async run(signal) {
      while (!signal.aborted) {
        try {
          await follow(deps.store, ended, signal);
        } catch (error) {
          if (signal.aborted) return;
          if (codeOf(error) !== 'store-compacted')
            deps.logger.warn('ended sessions are not heard of for now', { error: messageOf(error) });
          await sleep(deps.clock, RETRY_MS, signal).catch(() => undefined);
        }
      }
    },
  };
}

async function follow(store: SessionsDeps['store'], ended: Set<string>, signal: AbortSignal): Promise<void> {
  const { ids, revision } = await listEnded(store, signal);
  ended.clear();
  for (const id of ids) ended.add(id);
  for await (const { events } of store.watch(ENDED, revision, signal)) {
    for (const { type, key } of events) {
      if (type === 'put') ended.add(key.slice(ENDED.length));
      else ended.delete(key.slice(ENDED.length));
    }
  }
}

async function listEnded(
  store: SessionsDeps['store'],
  signal: AbortSignal,
): Promise<{ ids: string[]; revision: number }> {
  const ids: string[] = [];
  let page = await store.list(ENDED, { limit: PAGE_KEYS, signal });
  const { revision } = page;
  for (;;) {
    ids.push(...page.entries.map(({ key }) => key.slice(ENDED.length)));
    const last = page.entries.at(-1);
    if (!page.more || last === undefined) return { ids, revision };
    page = await store.list(ENDED, { limit: PAGE_KEYS, startAfter: last.key, revision, signal });
  }
}
