// The shape of autoscaling/v1 Scale, for patches and OpenAPI.
import { ObjectMeta } from '@gantry/api/meta';
import { integer, optional, struct, text } from '@gantry/api/schema';

const GROUP = 'io.k8s.api.autoscaling.v1';

export const scaleSchema = struct(`${GROUP}.Scale`, 'How many there are to be and how many there are.', {
  apiVersion: optional(text('Always autoscaling/v1.')),
  kind: optional(text('Always Scale.')),
  metadata: optional(ObjectMeta),
  spec: optional(
    struct(`${GROUP}.ScaleSpec`, 'How many there are to be.', {
      replicas: optional(integer('The count wanted.')),
    }),
  ),
  status: optional(
    struct(`${GROUP}.ScaleStatus`, 'How many there are.', {
      replicas: integer('The count observed.'),
      selector: optional(text('Selects the counted objects.')),
    }),
  ),
});
