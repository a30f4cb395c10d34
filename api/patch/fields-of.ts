// Which fields a value sets, and which fields differ between two values: what ownership is computed from.
import { isList, isMap, type JsonMap, ownField } from '../json-value.ts';
import { EMPTY_SET, type FieldSet, fieldSet, MEMBER, union } from './field-set.ts';
import { keyedItems } from './list-items.ts';
import {
  fieldSchema,
  isAtomicMap,
  isNamedField,
  itemSchema,
  listRule,
  type MergeSchema,
} from './merge-schema.ts';
import { sameValue } from './same-value.ts';

/** The fields that a value sets: leaves, items of keyed lists, and maps and lists that are empty. */
export function fieldsOf(schema: MergeSchema, value: unknown): FieldSet {
  return collectFields(schema, value, false);
}

/** The same for a value that is new: maps such as labels belong, as a whole, to who added them. */
function addedFields(schema: MergeSchema, value: unknown): FieldSet {
  return collectFields(schema, value, true);
}

function collectFields(schema: MergeSchema, value: unknown, ownsMaps: boolean): FieldSet {
  if (isMap(value) && !isAtomicMap(schema)) {
    const fields = fieldsOfMap(schema, value, ownsMaps);
    const isDictionary = schema !== undefined && schema['properties'] === undefined;
    return ownsMaps && isDictionary ? own(fields) : fields;
  }
  const rule = listRule(schema);
  if (!isList(value) || rule.type === 'atomic') return MEMBER;
  const item = itemSchema(schema);
  const children = keyedItems(rule, value).items.map(({ element, value: entry }) => {
    return [element, own(collectFields(item, entry, ownsMaps))] as const;
  });
  return fieldSet(false, children);
}

function fieldsOfMap(schema: MergeSchema, map: Readonly<JsonMap>, ownsMaps: boolean): FieldSet {
  const children = Object.entries(map).map(([name, value]) => {
    const below = collectFields(fieldSchema(schema, name), value, ownsMaps);
    return [`f:${name}`, isEmpty(value) || !isNamedField(schema, name) ? own(below) : below] as const;
  });
  return fieldSet(false, children);
}

/** What is empty has nothing below it that could be owned; unowned, an applied `[]` would come and go. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function own(set: FieldSet): FieldSet {
  return set.owned ? set : { owned: true, children: set.children };
}

/** What became different. `changed` holds leaves that are new or have another value. */
export interface FieldChanges {
  changed: FieldSet;
  removed: FieldSet;
}

const NO_CHANGES: FieldChanges = { changed: EMPTY_SET, removed: EMPTY_SET };

/** Compares two values of one schema. Order counts in atomic lists only. */
export function fieldChanges(schema: MergeSchema, before: unknown, after: unknown): FieldChanges {
  if (before === after) return NO_CHANGES;
  if (before === undefined) {
    return { changed: isEmpty(after) ? MEMBER : addedFields(schema, after), removed: EMPTY_SET };
  }
  if (after === undefined) return { changed: EMPTY_SET, removed: own(fieldsOf(schema, before)) };
  if (isMap(before) && isMap(after) && !isAtomicMap(schema)) {
    return mapChanges(schema, before, after);
  }
  const rule = listRule(schema);
  if (isList(before) && isList(after) && rule.type !== 'atomic') {
    const old = new Map(keyedItems(rule, before).items.map(({ element, value }) => [element, value]));
    const now = new Map(keyedItems(rule, after).items.map(({ element, value }) => [element, value]));
    const elements = new Set([...old.keys(), ...now.keys()]);
    const item = itemSchema(schema);
    return collect([...elements].map((element) => [element, item, old.get(element), now.get(element)]));
  }
  return sameValue(schema, before, after) ? NO_CHANGES : { changed: MEMBER, removed: EMPTY_SET };
}

/** Most fields of most writes are as they were: for those nothing is made. */
function mapChanges(schema: MergeSchema, before: Readonly<JsonMap>, after: Readonly<JsonMap>): FieldChanges {
  const pairs: [string, MergeSchema, unknown, unknown][] = [];
  const look = (name: string): void => {
    const [old, now] = [ownField(before, name), ownField(after, name)];
    if (old !== now) pairs.push([`f:${name}`, fieldSchema(schema, name), old, now]);
  };
  for (const name of Object.keys(before)) look(name);
  for (const name of Object.keys(after)) if (!Object.hasOwn(before, name)) look(name);
  return pairs.length === 0 ? NO_CHANGES : collect(pairs);
}

function collect(pairs: readonly (readonly [string, MergeSchema, unknown, unknown])[]): FieldChanges {
  const changed: [string, FieldSet][] = [];
  const removed: [string, FieldSet][] = [];
  for (const [element, schema, before, after] of pairs) {
    const changes = fieldChanges(schema, before, after);
    if (changes === NO_CHANGES) continue;
    const isNewItem = before === undefined && after !== undefined && !element.startsWith('f:');
    changed.push([element, isNewItem ? own(changes.changed) : changes.changed]);
    removed.push([element, changes.removed]);
  }
  if (changed.length === 0) return NO_CHANGES;
  return { changed: fieldSet(false, changed), removed: fieldSet(false, removed) };
}

/** All members of several sets. */
export function unionOf(sets: Iterable<FieldSet>): FieldSet {
  let result = EMPTY_SET;
  for (const set of sets) result = union(result, set);
  return result;
}
