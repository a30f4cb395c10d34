// Secret: what pods read and nobody else should.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { flag, mapOf, optional, struct, text } from '../schema.ts';
import { objectFields } from './object-fields.ts';
import { immutable } from '../issues.ts';
import { encodeBase64 } from '../base64.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn, countColumn } from './columns.ts';
import { entriesIssues, frozenIssues } from './data-entries.ts';
import { secretTypeIssues } from './secret-types.ts';

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
  applyDefaults: foldStringData,
  check: (secret) => [
    ...metadataIssues(secret.metadata),
    ...entriesIssues({ binary: ['data', secret.data] }),
    ...secretTypeIssues(secret),
  ],
  checkUpdate: (secret, old) => [
    ...(secret.type === old.type
      ? []
      : [immutable('type', secret.type, 'delete the secret and create it anew')]),
    ...frozenIssues(secret, old, ['data']),
  ],
  columns: [
    {
      name: 'Type',
      type: 'string',
      description: 'What kind of secret it is.',
      value: ({ type }) => type ?? 'Opaque',
    },
    countColumn('Data', 'How many entries.', ({ data }) => Object.keys(data ?? {}).length),
    ageColumn(),
  ],
  selectableFields: { type: ({ type }) => type ?? 'Opaque' },
});

/** Plain entries win over encoded ones of the same key, and are never stored as such. */
function foldStringData(secret: Secret): void {
  const { stringData } = secret;
  if (stringData === undefined) return;
  const folded = Object.entries(stringData).map(([key, text]) => [key, encodeBase64(text)] as const);
  secret.data = { ...secret.data, ...Object.fromEntries(folded) };
  delete secret.stringData;
}
