// Who hears of one kind's events. Most listeners of a large cluster are agents that follow the pods of their own node:
// an event costs what the listeners cost whom it concerns, not what all of them would.
import { getOrSet } from '@gantry/kit/get-or-set';
import type { CacheEvent, EventPlace, IndexDefinition } from './cache.ts';

/** Hears of one kind's events. */
export type Listener = (event: CacheEvent) => void;

interface Hearer {
  readonly listener: Listener;
  /** The number of the telling during or after which it came. */
  readonly sinceTelling: number;
}

/** The place of everybody's name; every kind has it beside its indexes. */
export const NAME_PLACE = 'metadata.name';

type Place = Pick<IndexDefinition, 'name' | 'values'>;

const BY_NAME: Place = { name: NAME_PLACE, values: ({ metadata }) => [metadata.name ?? ''] };

/** The listeners of one kind. */
export class Audience {
  readonly #places: readonly Place[];
  readonly #everywhere = new Set<Hearer>();
  readonly #byPlace = new Map<Place, Map<string, Set<Hearer>>>();
  #telling = 0;

  /** @param indexes of the kind: the places at which one can listen. */
  constructor(indexes: readonly Place[]) {
    this.#places = [BY_NAME, ...indexes];
  }

  /** Adds one. @returns what takes it away. */
  add(listener: Listener, at?: EventPlace): () => void {
    const hearer: Hearer = { listener, sinceTelling: this.#telling };
    const place = at === undefined ? undefined : this.#places.find(({ name }) => name === at.index);
    // Where there is no such index, all that happens is heard: more than asked for, and never less.
    if (at === undefined || place === undefined) {
      this.#everywhere.add(hearer);
      return () => this.#everywhere.delete(hearer);
    }
    const byValue = getOrSet(this.#byPlace, place, () => new Map<string, Set<Hearer>>());
    getOrSet(byValue, at.value, () => new Set<Hearer>()).add(hearer);
    return () => this.#leave(place, at.value, hearer);
  }

  /** Who is added from here on hears only of what the next telling is about. */
  beginTelling(): void {
    this.#telling += 1;
  }

  /** Calls whoever the event concerns and was there before the telling. */
  tell(event: CacheEvent, onError: (error: unknown) => void): void {
    this.#call(this.#everywhere, event, onError);
    for (const [place, byValue] of this.#byPlace)
      for (const value of valuesOf(place, event)) this.#call(byValue.get(value), event, onError);
  }

  /** Those who leave meanwhile are not called any more: a set that is gone through forgets them at once. */
  #call(
    hearers: ReadonlySet<Hearer> | undefined,
    event: CacheEvent,
    onError: (error: unknown) => void,
  ): void {
    for (const { listener, sinceTelling } of hearers ?? []) {
      if (sinceTelling >= this.#telling) continue;
      try {
        listener(event);
      } catch (error) {
        onError(error);
      }
    }
  }

  #leave(place: Place, value: string, hearer: Hearer): void {
    const byValue = this.#byPlace.get(place);
    const hearers = byValue?.get(value);
    hearers?.delete(hearer);
    if (hearers?.size === 0) byValue?.delete(value);
    if (byValue?.size === 0) this.#byPlace.delete(place);
  }
}

/** Of the object as it is and as it was: whoever loses it hears of that. */
function valuesOf({ values }: Place, { object, previous }: CacheEvent): Iterable<string> {
  const after = values(object);
  const before = previous === undefined ? [] : values(previous);
  return before.every((value) => after.includes(value)) ? after : new Set([...after, ...before]);
}
