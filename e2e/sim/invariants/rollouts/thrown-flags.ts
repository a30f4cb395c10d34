// Kill switches that users have thrown.
import type { FeatureFlag, Flag } from '@gantry/api/kinds/feature-flag';
import type { WorldView } from '../world-view.ts';

/** As `namespace/flag`. A flag of two objects is nobody's here. */
export function thrownFlags(view: WorldView): Set<string> {
  const counts = new Map<string, number>();
  const thrown = new Set<string>();
  for (const object of view.objects('FeatureFlag').values()) {
    const { metadata, spec } = object as FeatureFlag;
    for (const [key, flag] of Object.entries(spec.flagSpec.flags)) {
      const name = `${metadata.namespace ?? ''}/${key}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (isOn(flag)) thrown.add(name);
    }
  }
  return new Set([...thrown].filter((name) => counts.get(name) === 1));
}

function isOn({ state, variants, defaultVariant = '', targeting }: Flag): boolean {
  return state === 'ENABLED' && targeting === undefined && variants[defaultVariant] === true;
}
