// What every object carries: type and metadata, in Kubernetes' field names.
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { ATOMIC, flag, listOf, long, mapOf, optional, struct, text, time } from './schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const OwnerReference = struct(
  `${META}.OwnerReference`,
  'Names the object that this one belongs to.',
  {
    apiVersion: text('API version of the owner.'),
    kind: text('Kind of the owner.'),
    name: text('Name of the owner, in the same namespace or cluster-wide.'),
    uid: text('UID of the owner: a new object of the same name is not the owner.'),
    controller: optional(flag('Whether the owner manages this object; at most one owner does.')),
    blockOwnerDeletion: optional(
      flag('Whether the owner, deleted in the foreground, waits for this object to go first.'),
    ),
  },
  ATOMIC,
);
export type OwnerReference = Static<typeof OwnerReference>;

export const ManagedFieldsEntry = struct(
  `${META}.ManagedFieldsEntry`,
  'Records which fields one manager has set.',
  {
    manager: optional(text('The manager: a program or a user.')),
    operation: optional(text('Apply or Update.')),
    apiVersion: optional(text('API version in which the fields are named.')),
    time: optional(time('When the manager last changed one of its fields.')),
    fieldsType: optional(text('Always FieldsV1.')),
    fieldsV1: optional(
      Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'The set of fields.' }),
    ),
    subresource: optional(text('The subresource through which the fields were written.')),
  },
);
export type ManagedFieldsEntry = Static<typeof ManagedFieldsEntry>;

export const ObjectMeta = struct(`${META}.ObjectMeta`, 'Identity, labels and lifecycle of an object.', {
  name: optional(text('Unique name within the namespace and kind. Cannot be changed.')),
  generateName: optional(text('Prefix from which the server makes a unique name when `name` is absent.')),
  namespace: optional(text('The namespace; absent on cluster-wide kinds.')),
  uid: optional(
    text('Identity in time: a deleted and recreated object gets another one. Set by the server.'),
  ),
  resourceVersion: optional(
    text('Revision of the last write. Sent back with an update, it makes the update conditional.'),
  ),
  generation: optional(long('Counts changes of the desired state. Set by the server.')),
  creationTimestamp: optional(
    Type.Unsafe<string>({
      anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }],
      format: 'date-time',
      description: 'When the object was created. Set by the server.',
    }),
  ),
  deletionTimestamp: optional(time('When the object is to be gone: it is being deleted. Set by the server.')),
  deletionGracePeriodSeconds: optional(long('Seconds that the object has to end in good order.')),
  labels: optional(mapOf('Keys and values by which objects are selected.', text('A value.'))),
  annotations: optional(mapOf('Keys and values that tools attach; never selected by.', text('A value.'))),
  ownerReferences: optional(
    listOf('The objects that this one belongs to; when all are gone it is collected.', OwnerReference, {
      patchMergeKey: 'uid',
      listMapKeys: ['uid'],
    }),
  ),
  finalizers: optional(
    listOf('Names of duties to be done before the object may go.', text('A name.'), {
      patchMergeKey: '',
      listType: 'set',
    }),
  ),
  managedFields: optional(listOf('Who set which field, for server-side apply.', ManagedFieldsEntry)),
  selfLink: optional(text('No longer used; accepted and dropped.')),
});
export type ObjectMeta = Static<typeof ObjectMeta>;

/** Any object of any kind, as it travels. */
export interface AnyObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** Names an object: enough to find it, and the whole of what a work queue holds. */
export interface ObjectKey {
  /** Empty for cluster-wide kinds. */
  namespace: string;
  name: string;
}

/** `namespace/name`, or `name` for cluster-wide kinds. */
export function keyText(key: ObjectKey): string {
  return key.namespace === '' ? key.name : `${key.namespace}/${key.name}`;
}

/** The key of an object. */
export function keyOf(object: { metadata: ObjectMeta }): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
}
