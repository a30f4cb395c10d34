// Whoever writes a flag whose key another FeatureFlag of the namespace has as well is told which of the two is in force.
import { byAge } from '@gantry/api/flags/merge-flags';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { resourceIdOf } from '@gantry/api/definition';
import type { AdmissionStep } from './admission.ts';

/** Sentences of one write; more are of no use to its author. */
const WARNINGS_MAX = 5;

export const flagOwners: AdmissionStep = {
  name: 'flag-owners',
  resourceIds: [resourceIdOf(featureFlagKind)],
  verbs: ['create', 'update'],
  admit({ object, part, cache, context }) {
    if (part !== 'main') return undefined;
    const written = object as FeatureFlag;
    const { namespace, name = '' } = written.metadata;
    const others = cache
      .list(featureFlagKind, namespace ?? '')
      .filter((other) => other.metadata.name !== name)
      .toSorted(byAge);
    for (const sentence of shared(written, others).slice(0, WARNINGS_MAX)) context.warn(sentence);
    return undefined;
  },
};

function shared(written: FeatureFlag, others: readonly FeatureFlag[]): string[] {
  return Object.keys(written.spec.flagSpec.flags).flatMap((key) => {
    const other = others.find(({ spec }) => Object.hasOwn(spec.flagSpec.flags, key));
    if (other === undefined) return [];
    const name = `FeatureFlag "${other.metadata.name ?? ''}"`;
    // Objects to be made are younger than all there are.
    const isFirst = written.metadata.creationTimestamp !== undefined && byAge(written, other) < 0;
    return isFirst
      ? [`flag "${key}": ${name} has one of this key too; this one is in force, being older`]
      : [`flag "${key}": ${name} has one of this key too, and being older is the one in force`];
  });
}
