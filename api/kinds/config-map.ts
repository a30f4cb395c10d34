// ConfigMap: settings that pods read as variables or files.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { flag, mapOf, optional, struct, text } from '../schema.ts';
import { objectFields } from './object-fields.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn, countColumn } from './columns.ts';
import { entriesIssues, frozenIssues } from './data-entries.ts';

const DESCRIPTION = 'Settings that pods read as environment variables or files.';

export const ConfigMap = struct('io.k8s.api.core.v1.ConfigMap', DESCRIPTION, {
  ...objectFields,
  data: optional(mapOf('Entries of text.', text('The text.'))),
  binaryData: optional(mapOf('Entries of bytes, in base64.', text('The bytes.', { format: 'byte' }))),
  immutable: optional(flag('Whether the entries can never be changed again.')),
});
export type ConfigMap = Static<typeof ConfigMap>;

export const configMapKind = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  namespaced: true,
  schema: ConfigMap,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: false,
  check: (configMap) => [
    ...metadataIssues(configMap.metadata),
    ...entriesIssues({ text: ['data', configMap.data], binary: ['binaryData', configMap.binaryData] }),
  ],
  checkUpdate: (configMap, old) => frozenIssues(configMap, old, ['data', 'binaryData']),
  columns: [
    countColumn(
      'Data',
      'How many entries.',
      ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    ),
    ageColumn(),
  ],
  selectableFields: {},
});
