// IngressClass: who makes Ingresses work.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { immutable } from '../issues.ts';
import { described, notYet, optional, struct, text } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { objectFields } from './object-fields.ts';

const TYPES = 'io.k8s.api.networking.v1';
const DESCRIPTION = 'Who makes Ingresses of this class work. The class `gantry` is there from the start.';

/** On a class: Ingresses that name none belong to it. */
export const DEFAULT_INGRESS_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

const IngressClassSpec = struct(
  `${TYPES}.IngressClassSpec`,
  'Who makes it work.',
  {
    controller: optional(text('The controller; `gantry.dev/gateway` for that of Gantry. Cannot be changed.')),
  },
  notYet({ parameters: 'Ingresses of Gantry have no parameters.' }),
);

export const IngressClass = struct(`${TYPES}.IngressClass`, DESCRIPTION, {
  ...objectFields,
  spec: optional(described('Who makes it work.', IngressClassSpec)),
});
export type IngressClass = Static<typeof IngressClass>;

export const ingressClassKind = defineKind<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  shortNames: [],
  categories: [],
  namespaced: false,
  schema: IngressClass,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: true,
  check: ({ metadata }) => metadataIssues(metadata),
  checkUpdate: ({ spec }, old) =>
    spec?.controller === old.spec?.controller
      ? []
      : [immutable('spec.controller', spec?.controller, 'make another class')],
  columns: [
    {
      name: 'Controller',
      type: 'string',
      description: 'Who makes it work.',
      value: ({ spec }) => spec?.controller ?? '',
    },
    { name: 'Parameters', type: 'string', description: 'None.', value: () => '<none>' },
    ageColumn(),
  ],
  selectableFields: {},
});
