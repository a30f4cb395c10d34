// Makes ready what would otherwise be made during the first requests, when it would hold up all others.
import type { KindDefinition } from '@gantry/api/definition';
import { admitShape } from '@gantry/api/validate';

/** Compiles the shape checks of the kinds: a few hundred milliseconds in all. */
export function warmUp(kinds: readonly KindDefinition[]): void {
  for (const definition of kinds) admitShape(definition, {});
}
