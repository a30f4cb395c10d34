// A deliberate fault: one place of the product's source, changed in a way that a tired developer might.
import type { PlanNeed } from './plan-needs.ts';

export interface Mutant {
  /** Kebab-case. */
  name: string;
  /** From the repository's root. */
  file: string;
  /** Text that stands in the file exactly once. */
  find: string;
  replace: string;
  /** What is wrong then, as one sentence. */
  what: string;
  /** What a plan must have for it to make a difference; nothing in particular when absent. */
  needs?: PlanNeed;
}

/**
 * The file with the fault in it.
 *
 * @throws Error when the text is not there exactly once: the source has moved on, and the fault has to follow.
 */
export function mutate(mutant: Mutant, source: string): string {
  const parts = source.split(mutant.find);
  if (parts.length === 2) return parts.join(mutant.replace);
  throw new Error(
    `${mutant.name}: its text stands ${parts.length - 1} times in ${mutant.file}; write the mutant anew`,
  );
}
