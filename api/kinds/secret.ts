// Secret: what pods read and nobody else should.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { flag, mapOf, optional, struct, text } from '../schema.ts';
import { objectFields } from './object-fields.ts';

const DESCRIPTION = 'Passwords, keys and certificates that pods read as environment variables or files.';

export const Secret = struct('io.k8s.api.core.v1.Secret', DESCRIPTION, {
  ...objectFields,
  type: optional(text('What kind of secret it is; says which entries it must have.', { default: 'Opaque' })),
  data: optional(mapOf('Entries, in base64.', text('The bytes.', { format: 'byte' }))),
  stringData: optional(mapOf('Entries as plain text; moved into `data` on writing.', text('The text.'))),
  immutable: optional(flag('Whether the entries can never be changed again.')),
});
export type Secret = Static<typeof Secret>;

export const secretKind = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: Secret,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: false,
  columns: [],
  selectableFields: {},
});
