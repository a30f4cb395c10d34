// A finding about a variant that a flag does not have.
import type { Issue } from '../issue.ts';
import { invalidValue, notSupported } from '../issues.ts';
import { nearestName } from '../nearest-name.ts';

/** Names the variants there are, or the one that was probably meant. */
export function unknownVariant(path: string, name: string, variants: readonly string[]): Issue {
  const nearest = nearestName(name, variants);
  if (nearest === undefined) return notSupported(path, name, variants);
  return invalidValue(path, name, `is none of the flag's variants; did you mean "${nearest}"?`);
}
