// Keeps a local copy of a collection in step with the server: list, then watch from the list's revision, resume after
// a break, list again when the history is gone. It never gives up; it ends when its signal is aborted.
import type { Client, WatchEvent } from './client.ts';
import type { KindDefinition } from './definition.ts';
import { type InformerEvent, InformerStore } from './informer-store.ts';
import type { AnyObject, ObjectKey } from './meta.ts';
import { isExpired, StatusError } from './status-error.ts';
import { TransportError } from './transport-error.ts';

export type { InformerEvent } from './informer-store.ts';

/** Time as kit's Clock has it. */
export interface InformerClock {
  nowMs(): number;
  schedule(delayMs: number, task: () => void): () => void;
}

/** What an informer needs. */
export interface InformerDeps<T extends AnyObject> {
  client: Pick<Client, 'list' | 'watch'>;
  definition: KindDefinition<T>;
  clock: InformerClock;
  /** Spreads the retries of many informers. */
  random: { next(): number };
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Called in order, synchronously, for each change. What it throws is reported as a fault and skipped. */
  onEvent?(event: InformerEvent<T>): void;
  /** Called when the first list is complete. */
  onSynced?(): void;
  /** Called each time the server has taken a watch: from now on the copy is in step. */
  onFollowing?: () => void;
  /** Called when something went wrong, before waiting `retryInMs`. */
  onFault?(error: unknown, retryInMs: number): void;
  /** More objects than this are refused: the informer keeps trying and reports it. */
  objectsMax?: number;
}

/** A local copy that follows the server. */
export interface Informer<T extends AnyObject> {
  /** Whether the copy has been complete at least once. */
  readonly synced: boolean;
  /** All changes up to this revision are in the copy, or are being told just now; undefined before the first list. */
  readonly revision: string | undefined;
  get(key: ObjectKey): T | undefined;
  list(): T[];
  /** Follows the server. @returns when the signal is aborted; never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

const PAGE_SIZE = 500;
const OBJECTS_MAX = 100_000;
const RETRY_INITIAL_MS = 200;
const RETRY_MAX_MS = 30_000;
/** A watch that lived this long was a good one: the next failure starts at the shortest wait again. */
const HEALTHY_MS = 5_000;
/** Servers send bookmarks about once a minute; a longer silence is a dead connection. */
const SILENCE_MAX_MS = 150_000;
/** So often a refused watch is resumed before the whole list is fetched again. */
const RESUMES_MAX = 3;

/** Makes an informer; nothing happens before `run`. */
export function createInformer<T extends AnyObject>(deps: InformerDeps<T>): Informer<T> {
  return new ListWatch(deps);
}

type ListPage<T> = { items: T[]; resourceVersion: string; continue?: string };

class ListWatch<T extends AnyObject> implements Informer<T> {
  readonly #deps: InformerDeps<T>;
  readonly #store = new InformerStore<T>();
  #synced = false;
  /** Everything up to here is in the store; undefined: list first. */
  #revision: string | undefined;
  #failures = 0;

  constructor(deps: InformerDeps<T>) {
    this.#deps = deps;
  }

  get synced(): boolean {
    return this.#synced;
  }

  get revision(): string | undefined {
    return this.#revision;
  }

  get(key: ObjectKey): T | undefined {
    return this.#store.get(key);
  }

  list(): T[] {
    return this.#store.list();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedMs = this.#deps.clock.nowMs();
      const resumed = this.#revision !== undefined;
      const fault = await this.#round(signal);
      if (signal.aborted) return;
      const isHealthy = this.#deps.clock.nowMs() - startedMs >= HEALTHY_MS;
      // A server that came back without its history answers: waiting on would only keep the copy stale.
      const isBack = resumed && fault !== undefined && isExpired(fault.error);
      this.#failures = isHealthy || isBack ? 0 : this.#failures + 1;
      if (fault !== undefined) this.#noteFault(fault.error);
      const waitMs = this.#waitMs();
      if (fault !== undefined) this.#deps.onFault?.(fault.error, waitMs);
      await this.#sleep(waitMs, signal);
    }
  }

  /** One list, where one is due, and one watch. */
  async #round(signal: AbortSignal): Promise<{ error: unknown } | undefined> {
    try {
      const revision = this.#revision ?? (await this.#relist(signal));
      await this.#watch(revision, signal);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  #noteFault(error: unknown): void {
    const isRefused = error instanceof StatusError && this.#failures > RESUMES_MAX;
    if (isExpired(error) || isRefused) this.#revision = undefined;
  }

  async #relist(signal: AbortSignal): Promise<string> {
    const items: T[] = [];
    let revision = '';
    let token: string | undefined = '';
    while (token !== undefined) {
      const page: ListPage<T> = await this.#page(token, signal);
      for (const item of page.items) items.push(item);
      this.#checkSize(items.length);
      revision = page.resourceVersion;
      token = page.continue;
    }
    for (const event of this.#store.replace(items)) this.#emit(event);
    this.#revision = revision;
    if (!this.#synced) {
      this.#synced = true;
      this.#deps.onSynced?.();
    }
    return revision;
  }

  #page(token: string, signal: AbortSignal): Promise<ListPage<T>> {
    const page = { limit: PAGE_SIZE, ...(token === '' ? {} : { continue: token }) };
    return this.#deps.client.list(this.#deps.definition, { ...this.#scope(), ...page, signal });
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    // Ended by what the list has told: no event of the signal would come any more.
    if (signal.aborted) return;
    const connection = new AbortController();
    const end = (): void => connection.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    let silence = this.#watchdog(connection);
    try {
      const onOpen = this.#deps.onFollowing;
      const options = { ...this.#scope(), resourceVersion, signal: connection.signal, onOpen };
      for await (const event of this.#deps.client.watch(this.#deps.definition, options)) {
        silence();
        silence = this.#watchdog(connection);
        this.#take(event);
      }
    } finally {
      silence();
      signal.removeEventListener('abort', end);
    }
  }

  #watchdog(connection: AbortController): () => void {
    return this.#deps.clock.schedule(SILENCE_MAX_MS, () => {
      connection.abort(new TransportError('timeout', 'the watch was silent for too long'));
    });
  }

  #take(event: WatchEvent<T>): void {
    const { object } = event;
    if (event.type !== 'BOOKMARK') {
      const changes = event.type === 'DELETED' ? this.#store.remove(object) : this.#store.put(object);
      for (const change of changes) this.#emit(change);
      this.#checkSize(this.#store.size);
    }
    this.#revision = object.metadata.resourceVersion ?? this.#revision;
    this.#failures = 0;
  }

  #emit(event: InformerEvent<T>): void {
    try {
      this.#deps.onEvent?.(event);
    } catch (error) {
      this.#deps.onFault?.(error, 0);
    }
  }

  #checkSize(size: number): void {
    const objectsMax = this.#deps.objectsMax ?? OBJECTS_MAX;
    if (size <= objectsMax) return;
    this.#revision = undefined;
    throw new TransportError('answer-too-large', `more than ${objectsMax} ${this.#deps.definition.resource}`);
  }

  #scope(): { namespace?: string; labelSelector?: string; fieldSelector?: string } {
    const { namespace, labelSelector, fieldSelector } = this.#deps;
    return {
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  }

  /** Doubles with each failure in a row; up to half of it is chance. */
  #waitMs(): number {
    if (this.#failures === 0) return 0;
    const fullMs = Math.min(RETRY_MAX_MS, RETRY_INITIAL_MS * 2 ** (this.#failures - 1));
    return Math.round(fullMs * (1 - this.#deps.random.next() / 2));
  }

  #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    if (delayMs === 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = this.#deps.clock.schedule(delayMs, finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }
}
