// Unions in Kubernetes' shapes: a struct of which exactly one field is set.
import type { Issue } from '../../issue.ts';
import { forbiddenField, required } from '../../issues.ts';

/** An issue when none or more than one of the fields is set. */
export function exactlyOneIssue<T extends object>(
  value: T,
  fields: readonly (keyof T & string)[],
  path: string,
): Issue[] {
  const set = fields.filter((field) => value[field] !== undefined);
  if (set.length === 1) return [];
  if (set.length === 0) return [required(path, `one of ${fields.join(', ')} must be set`)];
  return set.slice(1).map((field) => {
    const why = `may not be set together with ${set[0] ?? ''}: keep exactly one of them`;
    return forbiddenField(`${path}.${field}`, why);
  });
}
