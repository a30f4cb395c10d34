// Which fields a value sets, and which fields differ between two values: what ownership is computed from.
import equal from 'fast-deep-equal';
import { isList, isMap } from '../json-value.ts';
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

/** The fields that a value sets: leaves, items of keyed lists, and maps that are empty. */
export function fieldsOf(schema: MergeSchema, value: unknown): FieldSet {
  if (isMap(value) && !isAtomicMap(schema)) return fieldsOfMap(schema, value);
  if (!isList(value)) return MEMBER;
  const rule = listRule(schema);
  if (rule.type === 'atomic') return MEMBER;
  const children = keyedItems(rule, value).items.map(({ element, value: item }) => {
    return [element, own(isMap(item) ? fieldsOf(itemSchema(schema), item) : MEMBER)] as const;
  });
  return fieldSet(false, children);
}

function fieldsOfMap(schema: MergeSchema, map: Readonly<Record<string, unknown>>): FieldSet {
  const children = Object.entries(map).map(([name, value]) => {
    const below = fieldsOf(fieldSchema(schema, name), value);
    const isWhole = isMap(value) && Object.keys(value).length === 0;
    return [`f:${name}`, isWhole || !isNamedField(schema, name) ? own(below) : below] as const;
  });
  return fieldSet(false, children);
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
  if (before === undefined) return { changed: addedFields(schema, after), removed: EMPTY_SET };
  if (after === undefined) return { changed: EMPTY_SET, removed: own(fieldsOf(schema, before)) };
  if (isMap(before) && isMap(after) && !isAtomicMap(schema)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return collect(
      [...names].map((name) => [`f:${name}`, fieldSchema(schema, name), before[name], after[name]]),
    );
  }
  const rule = listRule(schema);
  if (isList(before) && isList(after) && rule.type !== 'atomic') {
    const old = new Map(keyedItems(rule, before).items.map(({ element, value }) => [element, value]));
    const now = new Map(keyedItems(rule, after).items.map(({ element, value }) => [element, value]));
    const elements = new Set([...old.keys(), ...now.keys()]);
    const item = itemSchema(schema);
    return collect([...elements].map((element) => [element, item, old.get(element), now.get(element)]));
  }
  return equal(before, after) ? NO_CHANGES : { changed: MEMBER, removed: EMPTY_SET };
}

/** A map that is new belongs, as a whole, to who added it; so do the items in it. */
function addedFields(schema: MergeSchema, value: unknown): FieldSet {
  const fields = fieldsOf(schema, value);
  const isDictionary = isMap(value) && schema !== undefined && schema['properties'] === undefined;
  return isDictionary ? own(fields) : fields;
}

function collect(pairs: readonly (readonly [string, MergeSchema, unknown, unknown])[]): FieldChanges {
  const changed: [string, FieldSet][] = [];
  const removed: [string, FieldSet][] = [];
  for (const [element, schema, before, after] of pairs) {
    const changes = fieldChanges(schema, before, after);
    const isNewItem = before === undefined && after !== undefined && !element.startsWith('f:');
    changed.push([element, isNewItem ? own(changes.changed) : changes.changed]);
    removed.push([element, changes.removed]);
  }
  return { changed: fieldSet(false, changed), removed: fieldSet(false, removed) };
}

/** All members of several sets. */
export function unionOf(sets: Iterable<FieldSet>): FieldSet {
  let result = EMPTY_SET;
  for (const set of sets) result = union(result, set);
  return result;
}
