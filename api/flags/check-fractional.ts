// The buckets of `fractional`: each a variant and its weight, after what they are drawn by. Pure.
import type { Issue } from '../issue.ts';
import { invalidValue } from '../issues.ts';
import { isList, isMap } from '../json-value.ts';
import { WEIGHTS_SUM_MAX } from './limits.ts';

/** The arguments of `fractional`, told apart. */
export interface Buckets {
  /** What users are told apart by; the flag's key and the targeting key when absent. */
  by?: unknown;
  buckets: readonly unknown[];
  /** Index of the first bucket among the arguments. */
  first: 0 | 1;
}

/** Only a list is a bucket, so another first argument is what it is drawn by. */
export function bucketsOf(sent: unknown): Buckets {
  if (!isList(sent)) return { buckets: [], first: 0 };
  if (sent.length === 0 || isList(sent[0])) return { buckets: sent, first: 0 };
  return { by: sent[0], buckets: sent.slice(1), first: 1 };
}

/** Issues of the buckets' forms and weights. A weight may be a rule: then only evaluation knows it. */
export function weightIssues(buckets: readonly unknown[], path: string, first: number): Issue[] {
  const issues = buckets.flatMap((bucket, index) => bucketIssues(bucket, `${path}[${index + first}]`));
  if (issues.length > 0) return issues;
  const weights = buckets.map((bucket) => (isList(bucket) && bucket.length > 1 ? bucket[1] : 1));
  const fixed = weights.filter((weight) => typeof weight === 'number');
  const sum = fixed.reduce((total, weight) => total + weight, 0);
  if (sum > WEIGHTS_SUM_MAX)
    return [invalidValue(path, sum, `weights add up to more than ${WEIGHTS_SUM_MAX}`)];
  if (sum === 0 && fixed.length === weights.length)
    return [invalidValue(path, 0, 'weights add up to 0: nobody would be in any bucket')];
  return [];
}

function bucketIssues(bucket: unknown, path: string): Issue[] {
  if (!isList(bucket) || bucket.length === 0 || bucket.length > 2)
    return [invalidValue(path, bucket, 'must be a bucket: a variant and its weight, for example ["on", 50]')];
  const [variant, weight = 1] = bucket;
  const issues: Issue[] = [];
  if (isList(variant)) issues.push(invalidValue(`${path}[0]`, variant, "must be a variant's name or a rule"));
  if (isMap(weight)) return issues;
  if (typeof weight !== 'number' || !Number.isInteger(weight))
    issues.push(invalidValue(`${path}[1]`, weight, 'a weight must be a whole number'));
  else if (weight < 0) issues.push(invalidValue(`${path}[1]`, weight, 'a weight must not be below 0'));
  return issues;
}
