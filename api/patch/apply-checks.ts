// What an applied document must not be: items that cannot be told apart would merge into one another.
import type { Issue } from '../issue.ts';
import { isList, isMap } from '../json-value.ts';
import { keyedItems } from './list-items.ts';
import { fieldSchema, isAtomicMap, itemSchema, listRule, type MergeSchema } from './merge-schema.ts';

/** Items of keyed lists that lack their key or have the key of another one. */
export function appliedIssues(schema: MergeSchema, value: unknown, path = ''): Issue[] {
  if (isMap(value) && !isAtomicMap(schema)) {
    return Object.entries(value).flatMap(([name, field]) => {
      return appliedIssues(fieldSchema(schema, name), field, path === '' ? name : `${path}.${name}`);
    });
  }
  const rule = listRule(schema);
  if (!isList(value) || rule.type === 'atomic') return [];
  const faults = keyedItems(rule, value).faults.map(({ index, message, duplicate }): Issue => {
    return duplicate
      ? { path: `${path}[${index}]`, reason: 'FieldValueDuplicate', message: `Duplicate value: ${message}` }
      : { path: `${path}[${index}]`, reason: 'FieldValueRequired', message: `Required value: ${message}` };
  });
  const below = value.flatMap((item, index) => appliedIssues(itemSchema(schema), item, `${path}[${index}]`));
  return [...faults, ...below];
}
