// Changes that users make are kept in the store, each in the transaction of the change itself: who made it survives every
// restart. Bounded twice: users' changes are few and limited in rate, and a lease lets go of them after a day.
import { resourceIdOf } from '@gantry/api/definition';
import { eventKind } from '@gantry/api/kinds/event';
import { leaseKind } from '@gantry/api/kinds/lease';
import type { AnyObject } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { HybridClock } from '@gantry/kit/hybrid-clock';
import { formatHybrid, parseHybrid } from '@gantry/kit/hybrid-time';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { TokenBucket, type RateLimit } from '@gantry/kit/token-bucket';
import type { ChangedObject, Writer } from '../resources/deps.ts';
import type { Entry, Store, StoreLease, Write } from '../store/store.ts';
import { authored, describeChange } from './change-record.ts';
import {
  CONTROL_PLANE,
  isOutsider,
  ownersOf,
  timelineObjectOf,
  type TimelineRecord,
} from './timeline-record.ts';

/** Beside all objects: no list or watch of them comes by. */
export const KEPT_PREFIX = '/gantry-timeline/';
/** How long a change is kept, at least. */
export const KEPT_MS = 22 * 3_600_000;
/** One lease serves the changes of this long. */
const LEASE_SHARED_MS = 2 * 3_600_000;
/** A large apply is kept whole; a program that writes all day is kept now and then: at most some 9,000 a day. */
const KEPT_LIMIT: RateLimit = { burst: 500, perSecond: 0.1 };
/** Kept changes looked at for one answer. */
const READ_MAX = 20_000;
const PAGE = 500;
const WHAT_CHARS_MAX = 1_000;
const CLUSTER = '_';

export interface KeptChangesDeps {
  store: Pick<Store, 'grantLease' | 'list'>;
  clock: Clock;
  hybrid: HybridClock;
  logger: Logger;
  /** A user's change is known to this replica only: there were too many, or there is no lease to keep it under. */
  onNotKept(cause: 'rate' | 'no-lease'): void;
}

/** Writes and reads kept changes. */
export class KeptChanges {
  readonly #deps: KeptChangesDeps;
  readonly #limit: TokenBucket;
  #shared: { lease: StoreLease; untilMs: number } | undefined;

  constructor(deps: KeptChangesDeps) {
    this.#deps = deps;
    this.#limit = new TokenBucket(deps.clock, KEPT_LIMIT);
  }

  /** The write that keeps a change; none for those of Gantry's own parts. Never fails. */
  writesFor(
    change: ChangedObject,
    writer: Writer,
    signal?: AbortSignal,
  ): readonly Write[] | Promise<readonly Write[]> {
    const { definition, before, after } = change;
    const object = after ?? before;
    const user = writer.user?.name;
    if (user === undefined || !isOutsider(user) || object === undefined) return [];
    if (definition === eventKind || definition === leaseKind) return [];
    if (!this.#limit.tryTake()) {
      this.#deps.onNotKept('rate');
      return [];
    }
    return this.#kept(change, object, { ...writer, user: { name: user } }, signal);
  }

  async #kept(
    { definition, before, after }: ChangedObject,
    object: AnyObject,
    writer: Omit<Writer, 'user'> & { user: { name: string } },
    signal: AbortSignal | undefined,
  ): Promise<readonly Write[]> {
    const leaseId = await this.#lease(signal);
    if (leaseId === undefined) return [];
    const stamp = formatHybrid(this.#deps.hybrid.now());
    const { namespace = '' } = object.metadata;
    const described = describeChange(definition, before, after);
    const kept: Kept = {
      ...{ resource: resourceIdOf(definition), object: timelineObjectOf(object), owners: ownersOf(object) },
      ...{ user: writer.user.name, requestId: writer.requestId ?? '', manager: writer.fieldManager ?? '' },
      ...{ ...described, what: described.what.slice(0, WHAT_CHARS_MAX) },
    };
    const key = `${KEPT_PREFIX}${namespace === '' ? CLUSTER : namespace}/${stamp}`;
    return [{ type: 'put', key, value: JSON.stringify(kept), leaseId }];
  }

  /** The writes without those that need the lease, which is gone; undefined when none of them did. */
  withoutLease(writes: readonly Write[]): readonly Write[] | undefined {
    const others = writes.filter(({ key }) => !key.startsWith(KEPT_PREFIX));
    if (others.length === writes.length) return undefined;
    this.#shared = undefined;
    return others;
  }

  /** What is kept of a namespace, or of all, since then. @throws OperationalError of the store. */
  async read(namespace: string, sinceMs: number, signal?: AbortSignal): Promise<TimelineRecord[]> {
    const prefix = namespace === '' ? KEPT_PREFIX : `${KEPT_PREFIX}${namespace}/`;
    const from = formatHybrid({ wallMs: Math.max(0, Math.trunc(sinceMs)), counter: 0, node: '!' });
    let startAfter = namespace === '' ? undefined : `${prefix}${from}`;
    const records: TimelineRecord[] = [];
    for (let read = 0; read < READ_MAX; read += PAGE) {
      const page = await this.#deps.store.list(prefix, {
        limit: PAGE,
        ...(startAfter === undefined ? {} : { startAfter }),
        ...(signal === undefined ? {} : { signal }),
      });
      records.push(...page.entries.flatMap(recordOf));
      startAfter = page.entries.at(-1)?.key;
      if (!page.more || startAfter === undefined) break;
    }
    return records.filter(({ at }) => at.wallMs >= sinceMs);
  }

  async #lease(signal: AbortSignal | undefined): Promise<string | undefined> {
    const nowMs = this.#deps.clock.nowMs();
    if (this.#shared === undefined || nowMs >= this.#shared.untilMs) {
      try {
        const lease = await this.#deps.store.grantLease(KEPT_MS + LEASE_SHARED_MS, signal);
        this.#shared = { lease, untilMs: nowMs + LEASE_SHARED_MS };
      } catch (error) {
        // The change is what matters, and will fail by itself if the store is gone.
        this.#deps.logger.warn('changes are not kept for the timeline', { error: messageOf(error) });
        this.#deps.onNotKept('no-lease');
        return undefined;
      }
    }
    return this.#shared.lease.id;
  }
}

/** What is stored. The revision is that of the entry. */
interface Kept extends Pick<TimelineRecord['entry'], 'object' | 'verb' | 'what' | 'fields'> {
  resource: string;
  owners: readonly string[];
  user: string;
  requestId: string;
  manager: string;
}

function recordOf({ key, value, modRevision }: Entry): TimelineRecord[] {
  const at = parseHybrid(key.slice(key.lastIndexOf('/') + 1));
  if (at === undefined) return [];
  const { resource, owners, user, requestId, manager, ...told } = JSON.parse(value) as Kept;
  const { namespace = '', name } = told.object;
  const id = `${modRevision}/${resource}/${namespace}/${name}`;
  const record: TimelineRecord = {
    ...{ at, revision: modRevision, owners },
    entry: { id, type: 'change', severity: 'Normal', where: CONTROL_PLANE, who: user, ...told },
  };
  return [authored(record, { user, requestId, manager })];
}
