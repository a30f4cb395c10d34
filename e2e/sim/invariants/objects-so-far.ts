// The objects of some kinds as the writes so far leave them. Invariants that judge each write by the state before it
// fold the writes one by one: a look may hold several.
import type { AnyObject } from '@gantry/api/meta';
import { ownerUidOf, uidOf } from './object-reading.ts';
import type { WriteRecord } from './world-view.ts';

const NONE: ReadonlySet<string> = new Set();

/** See the head of this file. */
export class ObjectsSoFar {
  readonly #kinds: ReadonlySet<string>;
  readonly #byKey = new Map<string, AnyObject>();
  readonly #keyOfUid = new Map<string, string>();
  /** Keys of what each owner manages. */
  readonly #ofOwner = new Map<string, Set<string>>();

  constructor(kinds: readonly string[]) {
    this.#kinds = new Set(kinds);
  }

  /** Takes a write in; one of another kind changes nothing. */
  apply({ key, before, after }: WriteRecord): void {
    if (!this.#kinds.has((after ?? before)?.kind ?? '')) return;
    const known = this.#byKey.get(key);
    if (known !== undefined) this.#drop(key, known);
    if (after === undefined) return;
    this.#byKey.set(key, after);
    this.#keyOfUid.set(uidOf(after), key);
    const owner = ownerUidOf(after);
    if (owner === undefined) return;
    const keys = this.#ofOwner.get(owner) ?? new Set<string>();
    this.#ofOwner.set(owner, keys.add(key));
  }

  #drop(key: string, known: AnyObject): void {
    this.#byKey.delete(key);
    this.#keyOfUid.delete(uidOf(known));
    const owner = ownerUidOf(known) ?? '';
    const keys = this.#ofOwner.get(owner);
    keys?.delete(key);
    if (keys?.size === 0) this.#ofOwner.delete(owner);
  }

  get(key: string): AnyObject | undefined {
    return this.#byKey.get(key);
  }

  byUid(uid: string): AnyObject | undefined {
    return this.#byKey.get(this.#keyOfUid.get(uid) ?? '');
  }

  /** What this owner manages, of one kind. */
  ofOwner<T extends AnyObject>(ownerUid: string, kind: string): T[] {
    const objects: T[] = [];
    for (const key of this.#ofOwner.get(ownerUid) ?? NONE) {
      const object = this.#byKey.get(key);
      if (object?.kind === kind) objects.push(object as T);
    }
    return objects;
  }

  all(): Iterable<AnyObject> {
    return this.#byKey.values();
  }
}
