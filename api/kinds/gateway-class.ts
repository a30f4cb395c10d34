// GatewayClass: who makes Gateways work.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { immutable } from '../issues.ts';
import { described, listOf, notYet, optional, struct, text } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { GATEWAY_GROUP, GATEWAY_TYPES } from './gateway/references.ts';
import { MetaCondition, objectFields } from './object-fields.ts';

const DESCRIPTION = 'Who makes Gateways of this class work. The class `gantry` is there from the start.';

/** Gateways and Ingresses whose class names this controller are served by the proxies of the nodes. */
export const GATEWAY_CONTROLLER = 'gantry.dev/gateway';
/** GatewayClass and IngressClass that are made at start. */
export const GANTRY_CLASS = 'gantry';

const GatewayClassSpec = struct(
  `${GATEWAY_TYPES}.GatewayClassSpec`,
  'Who makes it work.',
  {
    controllerName: text('The controller; `gantry.dev/gateway` for that of Gantry. Cannot be changed.'),
    description: optional(text('What the class is for.')),
  },
  notYet({ parametersRef: 'Gateways of Gantry have no parameters.' }),
);

const GatewayClassStatus = struct(
  `${GATEWAY_TYPES}.GatewayClassStatus`,
  'What the controller says of it.',
  { conditions: optional(listOf('Accepted.', MetaCondition, { listMapKeys: ['type'] })) },
  notYet({ supportedFeatures: 'See docs/design/gateway.md.' }),
);

export const GatewayClass = struct(`${GATEWAY_TYPES}.GatewayClass`, DESCRIPTION, {
  ...objectFields,
  spec: described('Who makes it work.', GatewayClassSpec),
  status: optional(described('What the controller says of it.', GatewayClassStatus)),
});
export type GatewayClass = Static<typeof GatewayClass>;

export const gatewayClassKind = defineKind<GatewayClass>({
  group: GATEWAY_GROUP,
  version: 'v1',
  kind: 'GatewayClass',
  resource: 'gatewayclasses',
  singular: 'gatewayclass',
  shortNames: ['gc'],
  categories: ['gateway-api'],
  namespaced: false,
  aliases: [{ group: GATEWAY_GROUP, version: 'v1beta1' }],
  schema: GatewayClass,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  check: ({ metadata }) => metadataIssues(metadata),
  checkUpdate: ({ spec }, old) =>
    spec.controllerName === old.spec.controllerName
      ? []
      : [immutable('spec.controllerName', spec.controllerName, 'make another class')],
  columns: [
    {
      name: 'Controller',
      type: 'string',
      description: 'Who makes it work.',
      value: ({ spec }) => spec.controllerName,
    },
    {
      name: 'Accepted',
      type: 'string',
      description: 'Whether that controller does.',
      value: ({ status }) => status?.conditions?.find(({ type }) => type === 'Accepted')?.status ?? 'Unknown',
    },
    ageColumn(),
    {
      name: 'Description',
      type: 'string',
      priority: 1,
      description: 'What it is for.',
      value: ({ spec }) => spec.description ?? '',
    },
  ],
  selectableFields: {},
});
