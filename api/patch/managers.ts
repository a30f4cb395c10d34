// managedFields as values: who has set which fields. Reading, writing and keeping the record small.
import equal from 'fast-deep-equal';
import { isMap, type JsonMap } from '../json-value.ts';
import type { AnyObject, ManagedFieldsEntry } from '../meta.ts';
import {
  EMPTY_SET,
  type FieldSet,
  fieldSet,
  fromFieldsV1,
  isEmptySet,
  toFieldsV1,
  union,
} from './field-set.ts';

/** One entry of managedFields. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  /** Empty for the main resource. */
  subresource: string;
  /** RFC 3339; empty when unknown. */
  time: string;
  fields: FieldSet;
}

/** What makes two entries speak of one manager: its earlier and its later state. */
export type ManagerIdentity = Omit<Manager, 'fields' | 'time'>;

/** Entries of operation Update that an object keeps, as in Kubernetes; older ones are merged into one. */
export const UPDATE_MANAGERS_MAX = 10;
const MERGED_MANAGER = 'ancient-changes';
/** As Kubernetes limits names of field managers. */
const MANAGER_NAME_MAX = 128;

/** Fields of the system, which nobody owns. */
const SYSTEM_METADATA = [
  ...['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields'],
];

/** What is wrong with a field manager's name; undefined when nothing is. */
export function managerNameFault(name: string): string | undefined {
  if (name.length > MANAGER_NAME_MAX) return `must be at most ${MANAGER_NAME_MAX} characters long`;
  return /^\P{C}*$/u.test(name) ? undefined : 'must have printable characters only';
}

/** The part of a set that may be owned through the main resource or a subresource. */
export function ownable(set: FieldSet, subresource: string): FieldSet {
  const metadata = set.children.get('f:metadata') ?? EMPTY_SET;
  const fields = [...set.children].filter(([element]) => {
    const isStatus = element === 'f:status';
    return (
      !['f:apiVersion', 'f:kind', 'f:metadata'].includes(element) && isStatus === (subresource === 'status')
    );
  });
  if (subresource === 'status') return fieldSet(false, fields);
  const owned = [...metadata.children].filter(([element]) => !SYSTEM_METADATA.includes(element.slice(2)));
  return fieldSet(false, [['f:metadata', fieldSet(false, owned)], ...fields]);
}

/** Who manages an object. Entries that cannot be read are left out. */
export function managersOf(object: AnyObject | undefined): Manager[] {
  return (object?.metadata.managedFields ?? []).flatMap((entry) => {
    const fields = fieldsOfRecord(entry.fieldsV1);
    if (isEmptySet(fields)) return [];
    const operation = entry.operation === 'Apply' ? 'Apply' : 'Update';
    const { manager = '', apiVersion = '', subresource = '', time = '' } = entry;
    return [{ manager, operation, apiVersion, subresource, time, fields } as const];
  });
}

/**
 * What has been read of records that nobody can change any more, as those in the cache are: most writes, heartbeats above
 * all, leave every record as it was.
 */
const sets = new WeakMap<object, FieldSet>();
/** The record that a set was read from, where it is the one that would be written. */
const records = new WeakMap<FieldSet, JsonMap>();

function fieldsOfRecord(record: unknown): FieldSet {
  if (!isMap(record) || !Object.isFrozen(record)) return fromFieldsV1(record);
  const known = sets.get(record);
  if (known !== undefined) return known;
  const fields = fromFieldsV1(record);
  sets.set(record, fields);
  if (!isEmptySet(fields) && JSON.stringify(toFieldsV1(fields)) === JSON.stringify(record))
    records.set(fields, record);
  return fields;
}

/** Whether two entries speak of one manager. */
export function isSameManager(a: ManagerIdentity, b: ManagerIdentity): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  );
}

/** The object with this record; the object itself when it carries the same already. */
export function withManagers(object: AnyObject, managers: readonly Manager[]): AnyObject {
  const entries = bounded(managers.filter(({ fields }) => !isEmptySet(fields)))
    .sort(byOperationAndTime)
    .map(entryOf);
  const { managedFields, ...metadata } = object.metadata;
  if (equal(managedFields ?? [], entries)) return object;
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
}

function entryOf(manager: Manager): ManagedFieldsEntry {
  return {
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === '' ? {} : { time: manager.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: records.get(manager.fields) ?? toFieldsV1(manager.fields),
    ...(manager.subresource === '' ? {} : { subresource: manager.subresource }),
  };
}

function byOperationAndTime(a: Manager, b: Manager): number {
  return compare(a.operation, b.operation) || compare(a.time, b.time) || compare(a.manager, b.manager);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Without a bound every client that ever touched an object would leave an entry behind. */
function bounded(managers: readonly Manager[]): Manager[] {
  const updates = managers.filter(({ operation }) => operation === 'Update').sort(byOperationAndTime);
  const surplus = updates.length - UPDATE_MANAGERS_MAX;
  if (surplus <= 0) return [...managers];
  const oldest = new Set(updates.slice(0, surplus + 1));
  const merged = new Map<string, Manager>();
  for (const manager of oldest) {
    const { apiVersion, time, fields } = manager;
    const other = merged.get(apiVersion);
    merged.set(apiVersion, {
      ...{ manager: MERGED_MANAGER, operation: 'Update', apiVersion, subresource: '', time },
      fields: other === undefined ? fields : union(other.fields, fields),
    });
  }
  return [...managers.filter((manager) => !oldest.has(manager)), ...merged.values()];
}
