// The selector object that workloads, affinity and spread constraints hold. Matching lives in api/label-selector.ts.
import type { Static } from 'typebox';
import { ATOMIC, listOf, mapOf, oneOf, optional, struct, text } from '../schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const LabelSelectorRequirement = struct(
  `${META}.LabelSelectorRequirement`,
  'One condition on one label.',
  {
    key: text('Key of the label.'),
    operator: oneOf('How the values are compared.', ['In', 'NotIn', 'Exists', 'DoesNotExist']),
    values: optional(
      listOf('Values for In and NotIn; must be empty for Exists and DoesNotExist.', text('A value.')),
    ),
  },
);
export type LabelSelectorRequirement = Static<typeof LabelSelectorRequirement>;

export const LabelSelector = struct(
  `${META}.LabelSelector`,
  'Selects objects by label: all conditions must hold. An empty selector selects everything.',
  {
    matchLabels: optional(mapOf('Labels that must be there with these values.', text('The value.'))),
    matchExpressions: optional(
      listOf('Further conditions, all of which must hold.', LabelSelectorRequirement),
    ),
  },
  ATOMIC,
);
export type LabelSelector = Static<typeof LabelSelector>;
