// Lease: who holds something, and until when. Nodes show by it that they are alive.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, integer, microTime, notYet, optional, struct, text } from '../schema.ts';
import { objectFields } from './object-fields.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';

const COORDINATION = 'io.k8s.api.coordination.v1';
const DESCRIPTION =
  'Says who holds something and when that was last renewed. Nodes show by it that they are alive.';

export {
  DRAINED_REVISION_ANNOTATION,
  PROXY_REVISION_ANNOTATION,
  SPLIT_REVISION_ANNOTATION,
} from '../proxy-marks.ts';

export const LeaseSpec = struct(
  `${COORDINATION}.LeaseSpec`,
  'Who holds the lease.',
  {
    holderIdentity: optional(text('Who holds it.')),
    leaseDurationSeconds: optional(
      integer('Seconds from the last renewal until others may take it.', { minimum: 1 }),
    ),
    acquireTime: optional(microTime('When the holder took it.')),
    renewTime: optional(microTime('When the holder last renewed it.')),
    leaseTransitions: optional(integer('How often the holder changed.', { minimum: 0 })),
  },
  notYet({ strategy: 'The holder is whoever wrote it.', preferredHolder: 'The holder is whoever wrote it.' }),
);
export type LeaseSpec = Static<typeof LeaseSpec>;

export const Lease = struct(`${COORDINATION}.Lease`, DESCRIPTION, {
  ...objectFields,
  spec: described('Who holds the lease.', LeaseSpec, { default: {} }),
});
export type Lease = Static<typeof Lease>;

export const leaseKind = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  singular: 'lease',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: Lease,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: false,
  check: (lease) => metadataIssues(lease.metadata),
  columns: [
    {
      name: 'Holder',
      type: 'string',
      description: 'Who holds it.',
      value: ({ spec }) => spec.holderIdentity ?? '',
    },
    ageColumn(),
  ],
  selectableFields: {},
});
