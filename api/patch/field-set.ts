// Sets of fields, as server-side apply records them (FieldsV1). A set is a tree: a node is a member when `owned`, and
// holds members below it. Trees are values: no operation changes one; one that would change nothing returns it.
import { isMap, type JsonMap } from '../json-value.ts';

/**
 * A node of a set. The keys of `children` are path elements: `f:name` (a field), `k:{"name":"web"}` (an item of a
 * list by its keys), `v:"x"` (an item of a list by its value).
 */
export interface FieldSet {
  readonly owned: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** No member at all. */
export const EMPTY_SET: FieldSet = { owned: false, children: new Map() };
/** Only the place itself. */
export const MEMBER: FieldSet = { owned: true, children: new Map() };

/** Whether nothing is in the set. */
export function isEmptySet(set: FieldSet): boolean {
  return !set.owned && set.children.size === 0;
}

/** A node from its parts; children without members are left out, so that equal sets have equal trees. */
export function fieldSet(owned: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  const kept = new Map<string, FieldSet>();
  for (const [element, child] of children) if (!isEmptySet(child)) kept.set(element, child);
  if (kept.size > 0) return { owned, children: kept };
  return owned ? MEMBER : EMPTY_SET;
}

/** Members of either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  let children: Map<string, FieldSet> | undefined;
  for (const [element, child] of b.children) {
    const other = a.children.get(element);
    const both = other === undefined ? child : union(other, child);
    if (both === other) continue;
    children ??= new Map(a.children);
    children.set(element, both);
  }
  const owned = a.owned || b.owned;
  return children === undefined && owned === a.owned ? a : { owned, children: children ?? a.children };
}

/** Members of both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = [...a.children].flatMap(([element, child]) => {
    const other = b.children.get(element);
    return other === undefined ? [] : [[element, intersection(child, other)] as const];
  });
  return fieldSet(a.owned && b.owned, children);
}

/** Members of `a` that are not members of `b`; what lies below a member of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b) || isEmptySet(a)) return a;
  return reduced(a, a.owned && !b.owned, b, difference);
}

/** Members of `a` that are neither members of `b` nor below one. */
export function differenceBelow(a: FieldSet, b: FieldSet): FieldSet {
  if (b.owned) return EMPTY_SET;
  if (b.children.size === 0) return a;
  return reduced(a, a.owned, b, differenceBelow);
}

/** `a` without what `less` takes from its children. */
function reduced(
  a: FieldSet,
  owned: boolean,
  b: FieldSet,
  less: (child: FieldSet, other: FieldSet) => FieldSet,
): FieldSet {
  let children: Map<string, FieldSet> | undefined;
  for (const [element, other] of b.children) {
    const child = a.children.get(element);
    const rest = child === undefined ? undefined : less(child, other);
    if (rest === undefined || rest === child) continue;
    children ??= new Map(a.children);
    if (isEmptySet(rest)) children.delete(element);
    else children.set(element, rest);
  }
  if (children === undefined && owned === a.owned) return a;
  return fieldSet(owned, children ?? a.children);
}

/** Whether both have the same members. */
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a.owned !== b.owned || a.children.size !== b.children.size) return false;
  return [...a.children].every(([element, child]) => {
    const other = b.children.get(element);
    return other !== undefined && equalSets(child, other);
  });
}

/** The paths of all members that have no member below them. */
export function leafPaths(set: FieldSet, prefix: readonly string[] = []): string[][] {
  if (set.children.size === 0) return set.owned ? [[...prefix]] : [];
  return [...set.children].flatMap(([element, child]) => leafPaths(child, [...prefix, element]));
}

/** FieldsV1: `{"f:spec":{"f:replicas":{}}}`; a member with members below it holds the key `.`. */
export function toFieldsV1(set: FieldSet): JsonMap {
  const fields: JsonMap = set.owned && set.children.size > 0 ? { '.': {} } : {};
  for (const element of [...set.children.keys()].sort())
    fields[element] = toFieldsV1(set.children.get(element) ?? MEMBER);
  return fields;
}

/** Reads FieldsV1; what is no path element is left out. */
export function fromFieldsV1(fields: unknown): FieldSet {
  return readNode(fields, false);
}

/** What has been read of parts that nobody can change any more: those that many records share are one set as well. */
const readParts = new WeakMap<object, FieldSet>();

function readPart(fields: unknown): FieldSet {
  if (!isMap(fields) || !Object.isFrozen(fields)) return readNode(fields, true);
  const known = readParts.get(fields);
  if (known !== undefined) return known;
  const set = readNode(fields, true);
  readParts.set(fields, set);
  return set;
}

function readNode(fields: unknown, inner: boolean): FieldSet {
  if (!isMap(fields)) return EMPTY_SET;
  const children = Object.entries(fields)
    .filter(([element]) => isPathElement(element))
    .map(([element, below]) => [element, readPart(below)] as const);
  const owned = inner && (Object.hasOwn(fields, '.') || children.length === 0);
  return fieldSet(owned, children);
}

/** Anyone may write managedFields, so keys have to be proven readable once, here. */
function isPathElement(element: string): boolean {
  if (!element.startsWith('k:')) return /^[fvi]:/.test(element);
  try {
    return isMap(JSON.parse(element.slice(2)));
  } catch {
    return false;
  }
}

/** A path as people read it: `.spec.containers[name="web"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as JsonMap);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}
