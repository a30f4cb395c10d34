// Required anti-affinity of pods that are placed: it keeps new pods away too. Kept by term, not by pod.
import type { Selectable, Term } from './affinity-terms.ts';
import type { PodClass } from './cluster-state.ts';
import type { CountQuestion } from './domain-counts.ts';

/** A term that placed pods hold. */
export interface StandingTerm {
  readonly id: number;
  readonly term: Term;
  /** Counts the pods that hold it. */
  readonly question: CountQuestion;
}

/** The terms by key, each as long as a placed pod holds it. */
export class StandingAntiAffinity {
  readonly #terms = new Map<string, StandingTerm & { classes: number }>();
  #nextId = 1;

  classAppeared({ needs }: PodClass): void {
    for (const term of needs.terms.away) {
      const known = this.#terms.get(term.key);
      if (known !== undefined) known.classes += 1;
      else this.#terms.set(term.key, { id: this.#nextId++, term, question: holdersOf(term), classes: 1 });
    }
  }

  classGone({ needs }: PodClass): void {
    for (const { key } of needs.terms.away) {
      const known = this.#terms.get(key);
      if (known === undefined) continue;
      known.classes -= 1;
      if (known.classes === 0) this.#terms.delete(key);
    }
  }

  /** Those that select the pod: it may not come near their holders. */
  against(pod: Selectable): StandingTerm[] {
    if (this.#terms.size === 0) return [];
    return [...this.#terms.values()].filter(({ term }) => term.selects(pod));
  }
}

function holdersOf({ key, topologyKey }: Term): CountQuestion {
  return {
    key: `holders ${key}`,
    topologyKey,
    selects: ({ needs }) => needs.terms.away.some((term) => term.key === key),
  };
}
