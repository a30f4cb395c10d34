// References from one object to another.
import type { Static } from 'typebox';
import { ATOMIC, optional, struct, text } from '../schema.ts';

const CORE = 'io.k8s.api.core.v1';

export const LocalObjectReference = struct(
  `${CORE}.LocalObjectReference`,
  'Names an object in the same namespace.',
  {
    name: text('Name of the object.'),
  },
  ATOMIC,
);
export type LocalObjectReference = Static<typeof LocalObjectReference>;

export const ObjectReference = struct(
  `${CORE}.ObjectReference`,
  'Points at an object, or at a part of one.',
  {
    apiVersion: optional(text('API version of the object.')),
    kind: optional(text('Kind of the object.')),
    namespace: optional(text('Namespace of the object.')),
    name: optional(text('Name of the object.')),
    uid: optional(text('UID of the object.')),
    resourceVersion: optional(text('Revision of the object that is meant.')),
    fieldPath: optional(text('Part of the object, e.g. `spec.containers{web}`.')),
  },
  ATOMIC,
);
export type ObjectReference = Static<typeof ObjectReference>;
