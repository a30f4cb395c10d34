// The text under which an object is stored. The record of who manages which field is about half of it, and often one
// frozen object that many share: its text is made once.
import type { AnyObject, ManagedFieldsEntry } from '@gantry/api/meta';
import { isRecord } from '@gantry/kit/is-record';
import { jsonOf } from '../cache/json-text.ts';

/** The text to store: without resourceVersion, which is the revision of the write itself. */
export function valueOf(object: AnyObject): string {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { resourceVersion: _, managedFields, ...named } = metadata;
  if (!Array.isArray(managedFields)) return JSON.stringify({ apiVersion, kind, metadata: named, ...rest });
  const managers = `{"managedFields":[${managedFields.map(managerText).join(',')}]}`;
  const head = JSON.stringify({ apiVersion, kind });
  const whole = joined(head, `{"metadata":${joined(JSON.stringify(named), managers)}}`);
  return joined(whole, JSON.stringify(rest));
}

function managerText(manager: ManagedFieldsEntry): string {
  const { fieldsV1, ...rest } = manager;
  if (!isRecord(fieldsV1)) return JSON.stringify(manager);
  return joined(JSON.stringify(rest), `{"fieldsV1":${jsonOf(fieldsV1)}}`);
}

/** The members of two objects, given as texts, in one. */
function joined(one: string, other: string): string {
  if (one === '{}') return other;
  return other === '{}' ? one : `${one.slice(0, -1)},${other.slice(1)}`;
}
