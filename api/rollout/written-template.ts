// The template of a version as the user wrote it: what the controller has added to a ReplicaSet's template is left out. Pure.
import type { PodTemplateSpec } from '../kinds/pod.ts';
import type { ReplicaSet } from '../kinds/replica-set.ts';
import { withoutAdded } from './added-metadata.ts';
import { ADDED_AFFINITY, HASH_LABEL } from './marks.ts';

/** Without the affinity that keeps versions apart, and what was added for the part that the version has. */
export function withoutAdditions(replicaSet: ReplicaSet): PodTemplateSpec {
  const template = withoutAddedAffinity(replicaSet);
  return template.metadata === undefined
    ? template
    : { ...template, metadata: withoutAdded(template.metadata) };
}

function withoutAddedAffinity({ metadata, spec: { template } }: ReplicaSet): PodTemplateSpec {
  const before = metadata.annotations?.[ADDED_AFFINITY];
  if (before === undefined) return template;
  const { affinity: _, ...spec } = template.spec;
  const affinity = JSON.parse(before) as PodTemplateSpec['spec']['affinity'] | null;
  return { ...template, spec: affinity == null ? spec : { ...spec, affinity } };
}

/** Without that, and without the label that tells versions apart. */
export function writtenTemplate(replicaSet: ReplicaSet): PodTemplateSpec {
  const template = withoutAdditions(replicaSet);
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
