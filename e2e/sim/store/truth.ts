// What is really in the store: every object as it stands, and every write with who made it. Fed by a watch of its
// own, past all links and caches.
import type { AnyObject } from '@gantry/api/meta';
import { kinds } from '@gantry/api/registry';
import { LEADER_KEY } from '@gantry/control-plane/leader/leader-key';
import { objectOf, storePrefixOf } from '@gantry/control-plane/resources/object-key';
import type { Store, StoreEvent } from '@gantry/control-plane/store/store';
import type { Clock } from '@gantry/kit/clock';
import type { WriteRecord, Writer } from '../invariants/world-view.ts';
import { isHeartbeat } from './heartbeats.ts';

/** Whose write it is when no process made it: a lease that ended. */
const STORE_ITSELF: Writer = { process: 'store' };

/** Follows the store. */
export class Truth {
  readonly #clock: Clock;
  readonly #byKind = new Map<string, Map<string, AnyObject>>();
  /** Every key; those that hold no object have none. */
  readonly #byKey = new Map<string, AnyObject | undefined>();
  readonly #writers = new Map<number, Writer>();
  readonly #kinds = new Map(kinds.map((definition) => [storePrefixOf(definition), definition.kind]));
  #leaderKeyRevision: number | undefined;
  #fresh: WriteRecord[] = [];
  #hasNews = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#byKey.size;
  }

  /** The objects of a kind by key of the store. */
  objects(kind: string): ReadonlyMap<string, AnyObject> {
    return this.#ofKind(kind);
  }

  /** The writer of a revision, told by the link that made it before the watch brings it. */
  attribute(revision: number, writer: Writer): void {
    this.#writers.set(revision, writer);
  }

  /** Whether anything but heartbeats was written since they were taken. */
  hasNews(): boolean {
    return this.#hasNews;
  }

  /** The writes since the last call. */
  takeWrites(): readonly WriteRecord[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#hasNews = false;
    return fresh;
  }

  /** Follows until the signal is aborted. */
  async run(store: Store, signal: AbortSignal): Promise<void> {
    for await (const { events } of store.watch('/gantry/', 0, signal)) {
      for (const event of events) this.#take(event);
    }
  }

  #take(event: StoreEvent): void {
    const { key, modRevision: revision } = event;
    this.#forgetWritersBefore(revision);
    if (key === LEADER_KEY) this.#leaderKeyRevision = event.type === 'put' ? revision : undefined;
    const kind = this.#kinds.get(collectionOf(key));
    const before = this.#byKey.get(key);
    const after = event.type === 'put' && kind !== undefined ? objectOf(event) : undefined;
    if (event.type === 'put') this.#byKey.set(key, after);
    else this.#byKey.delete(key);
    if (kind !== undefined && after !== undefined) this.#ofKind(kind).set(key, after);
    else if (kind !== undefined) this.#ofKind(kind).delete(key);
    if (!isHeartbeat(key)) this.#hasNews = true;
    this.#fresh.push({
      ...{ revision, key, atMs: this.#clock.nowMs(), by: this.#writers.get(revision) ?? STORE_ITSELF },
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(this.#leaderKeyRevision === undefined ? {} : { leaderKeyRevision: this.#leaderKeyRevision }),
    });
  }

  /** Revisions come in order: nobody asks for those of before any more. */
  #forgetWritersBefore(revision: number): void {
    for (const known of this.#writers.keys()) if (known < revision) this.#writers.delete(known);
  }

  #ofKind(kind: string): Map<string, AnyObject> {
    let objects = this.#byKind.get(kind);
    if (objects === undefined) {
      objects = new Map();
      this.#byKind.set(kind, objects);
    }
    return objects;
  }
}

/** `/gantry/<group>/<resource>/`, where the key has one. */
function collectionOf(key: string): string {
  const group = key.indexOf('/', 1);
  const resource = key.indexOf('/', group + 1);
  return key.slice(0, key.indexOf('/', resource + 1) + 1);
}
