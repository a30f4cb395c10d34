// Whether two values mean the same: `0.5` and `500m` are one quantity, so neither is a change of the other.
import equal from 'fast-deep-equal';
import { compareQuantities } from '../quantity.ts';
import type { MergeSchema } from './merge-schema.ts';

/** Equality as the schema of the value sees it. */
export function sameValue(schema: MergeSchema, a: unknown, b: unknown): boolean {
  if (equal(a, b)) return true;
  if (schema?.['x-gantry-quantity'] !== true || !isAmount(a) || !isAmount(b)) return false;
  return compareQuantities(a, b) === 0;
}

function isAmount(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
