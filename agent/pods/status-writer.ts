// Writes pod statuses to the API beside the real work: never waited for, the last state wins, only what has changed
// is written, and a write based on an old object is refused by the server and made anew.
import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@gantry/api/client';
import { podKind, type Pod, type PodStatus } from '@gantry/api/kinds/pod';
import { isConflict, isNotFound } from '@gantry/api/status-error';
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import { identityOf } from './resolve-container.ts';
import { isUrgent } from './status-urgency.ts';

export interface StatusWriterDeps {
  client: Pick<Client, 'get' | 'update'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** A newer object than the watch has brought so far. */
  onNewer(pod: Pod): void;
}

export interface StatusWriter {
  /** This is the status now. @param pod as the API has it, as far as known. */
  put(pod: Pod, status: PodStatus): void;
  /** Resolves once the newest status is written, or the API has the pod no more. */
  flush(podUid: string, signal: AbortSignal): Promise<void>;
  forget(podUid: string): void;
  stop(): void;
}

interface Entry {
  /** The newest object known. */
  pod: Pod;
  wanted: PodStatus;
  /** What the API has, and what we had asked for when it came to be. */
  inApi: PodStatus;
  asked: PodStatus | undefined;
  isWriting: boolean;
  failures: number;
  /** The last write met another writer's; a second one in a row is a failure. */
  hasMetConflict: boolean;
  /** Somebody else has written since `wanted` was worked out: written as it is, it could take that back. */
  isOutdated: boolean;
  cancelTimer: (() => void) | undefined;
  waiters: (() => void)[];
}

const WRITES_MAX = 4;
/** Changes that nobody waits for are gathered for this long. */
const GATHER_MS = 400;
const RETRY: BackoffPolicy = { initialMs: 500, maxMs: 10_000, factor: 2, jitter: 0.3 };

export function createStatusWriter(deps: StatusWriterDeps): StatusWriter {
  return new Writer(deps);
}

class Writer implements StatusWriter {
  readonly #deps: StatusWriterDeps;
  readonly #entries = new Map<string, Entry>();
  /** Uids whose write is due, in the order in which they became so. */
  readonly #due = new Set<string>();
  #writing = 0;
  #isStopped = false;

  constructor(deps: StatusWriterDeps) {
    this.#deps = deps;
  }

  put(pod: Pod, status: PodStatus): void {
    const uid = pod.metadata.uid ?? '';
    const entry = this.#entries.get(uid) ?? newEntry(pod);
    this.#entries.set(uid, entry);
    if (revisionOf(pod) > revisionOf(entry.pod)) {
      entry.pod = pod;
      // Somebody else has written: what we asked for last no longer tells what is there.
      if (!isDeepStrictEqual(pod.status ?? {}, entry.inApi)) entry.asked = undefined;
      entry.inApi = pod.status ?? {};
    }
    const before = entry.wanted;
    entry.wanted = status;
    if (revisionOf(pod) >= revisionOf(entry.pod)) entry.isOutdated = false;
    if (!isDirty(entry)) return settle(entry);
    if (entry.isWriting || this.#due.has(uid)) return;
    if (isUrgent(entry.inApi, status)) this.#makeDue(uid, entry);
    else if (entry.cancelTimer === undefined || !isDeepStrictEqual(before, status))
      this.#schedule(uid, entry, GATHER_MS);
  }

  flush(podUid: string, signal: AbortSignal): Promise<void> {
    const entry = this.#entries.get(podUid);
    if (entry === undefined || !isDirty(entry)) return Promise.resolve();
    if (!entry.isWriting && entry.failures === 0) this.#makeDue(podUid, entry);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      entry.waiters.push(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }

  forget(podUid: string): void {
    const entry = this.#entries.get(podUid);
    if (entry === undefined) return;
    entry.cancelTimer?.();
    settle(entry);
    this.#entries.delete(podUid);
    this.#due.delete(podUid);
  }

  stop(): void {
    this.#isStopped = true;
    for (const entry of this.#entries.values()) entry.cancelTimer?.();
  }

  #schedule(uid: string, entry: Entry, delayMs: number): void {
    if (entry.cancelTimer !== undefined) return;
    entry.cancelTimer = this.#deps.clock.schedule(delayMs, () => this.#makeDue(uid, entry));
  }

  #makeDue(uid: string, entry: Entry): void {
    entry.cancelTimer?.();
    entry.cancelTimer = undefined;
    this.#due.add(uid);
    this.#writeNext();
  }

  #writeNext(): void {
    for (const uid of this.#due) {
      if (this.#writing >= WRITES_MAX || this.#isStopped) return;
      this.#due.delete(uid);
      const entry = this.#entries.get(uid);
      if (entry === undefined || entry.isWriting) continue;
      this.#writing += 1;
      entry.isWriting = true;
      void this.#write(uid, entry).finally(() => {
        this.#writing -= 1;
        entry.isWriting = false;
        this.#afterWrite(uid, entry);
        this.#writeNext();
      });
    }
  }

  /** What has changed during the write is written next; what failed, after a while. */
  #afterWrite(uid: string, entry: Entry): void {
    if (this.#entries.get(uid) !== entry || this.#isStopped) return;
    if (!isDirty(entry)) settle(entry);
    else if (entry.failures > 0)
      this.#schedule(uid, entry, backoffMs(RETRY, entry.failures, this.#deps.random));
    else if (!entry.isOutdated && (isUrgent(entry.inApi, entry.wanted) || entry.waiters.length > 0))
      this.#makeDue(uid, entry);
    else this.#schedule(uid, entry, GATHER_MS);
  }

  /** Never rejects. */
  async #write(uid: string, entry: Entry): Promise<void> {
    const { wanted } = entry;
    try {
      const written = await this.#deps.client.update(podKind, bodyOf(entry.pod, wanted), {
        subresource: 'status',
      });
      entry.failures = 0;
      entry.hasMetConflict = false;
      // The watch may have brought a later writer's state before the answer to our own write came.
      if (revisionOf(written) < revisionOf(entry.pod)) return;
      entry.asked = wanted;
      entry.inApi = written.status ?? {};
      entry.pod = written;
    } catch (error) {
      entry.failures += 1;
      if (isNotFound(error)) this.forget(uid);
      else if (isConflict(error)) await this.#fetch(uid, entry);
      else this.#log(entry.pod, error);
    }
  }

  async #fetch(uid: string, entry: Entry): Promise<void> {
    const { namespace, name } = identityOf(entry.pod);
    try {
      const fresh = await this.#deps.client.get(podKind, { namespace, name });
      if (fresh.metadata.uid !== uid) return this.forget(uid);
      entry.pod = fresh;
      entry.inApi = fresh.status ?? {};
      entry.asked = undefined;
      entry.isOutdated = true;
      // The first conflict is no failure: the watch was merely slower than somebody else's write.
      if (!entry.hasMetConflict) entry.failures = 0;
      entry.hasMetConflict = true;
      this.#deps.onNewer(fresh);
    } catch (error) {
      if (isNotFound(error)) this.forget(uid);
      else this.#log(entry.pod, error);
    }
  }

  #log(pod: Pod, error: unknown): void {
    const { namespace, name } = identityOf(pod);
    this.#deps.logger.warn('a pod status could not be written', {
      namespace,
      pod: name,
      error: messageOf(error),
    });
  }
}

function newEntry(pod: Pod): Entry {
  const inApi = pod.status ?? {};
  const idle = {
    asked: undefined,
    isWriting: false,
    failures: 0,
    hasMetConflict: false,
    isOutdated: false,
    cancelTimer: undefined,
    waiters: [],
  };
  return { pod, wanted: inApi, inApi, ...idle };
}

function isDirty({ wanted, asked, inApi }: Entry): boolean {
  return !isDeepStrictEqual(wanted, asked ?? inApi);
}

function settle(entry: Entry): void {
  for (const resolve of entry.waiters.splice(0)) resolve();
}

/** Revisions of the API grow; an object without one is older than any. */
function revisionOf(pod: Pod): number {
  return Number(pod.metadata.resourceVersion ?? 0);
}

/** As little of the pod as makes the write conditional and valid. */
function bodyOf(pod: Pod, status: PodStatus): Pod {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const { startTime } = pod.status ?? {};
  const conditional = resourceVersion === undefined ? {} : { resourceVersion };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: name ?? '', namespace: namespace ?? '', uid: uid ?? '', ...conditional },
    spec: pod.spec,
    // An agent that was started anew may not have known what the one before it had written: that one was first.
    status: { ...status, ...(startTime === undefined ? {} : { startTime }) },
  };
}
