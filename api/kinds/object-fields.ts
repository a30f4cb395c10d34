// The fields that open every kind, and the shape of status conditions that most kinds share.
import type { Static } from 'typebox';
import { ObjectMeta } from '../meta.ts';
import { described, long, oneOf, optional, struct, text, time } from '../schema.ts';

/** Known from the path of the request; the server fills them in. */
const FILLED_IN = { 'x-gantry-filled-in': true };

/** `apiVersion`, `kind` and `metadata` of a kind. */
export const objectFields = {
  apiVersion: text('Group and version in which the object is written, e.g. `apps/v1`.', FILLED_IN),
  kind: text('The kind of object.', FILLED_IN),
  metadata: described('Identity, labels and lifecycle.', ObjectMeta, { default: {} }),
};

/** A condition of the usual shape; `name` is its OpenAPI name, `types` says which ones there are. */
export const conditionOf = (name: string, types: string) =>
  struct(name, 'One observed fact about the object.', {
    type: text(`Which fact: ${types}.`),
    status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
    reason: optional(text('One word for programs: why.')),
    message: optional(text('A sentence for people: why.')),
    lastTransitionTime: optional(time('When `status` last changed.')),
  });
export type Condition = Static<ReturnType<typeof conditionOf>>;

/** The condition that newer kinds of Kubernetes share under one name. */
export const MetaCondition = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Condition',
  'One observed fact about the object.',
  {
    type: text('Which fact.'),
    status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
    observedGeneration: optional(long('Generation that this describes.')),
    lastTransitionTime: time('When `status` last changed.'),
    reason: text('One word for programs: why.'),
    message: text('A sentence for people: why.'),
  },
);
export type MetaCondition = Static<typeof MetaCondition>;
