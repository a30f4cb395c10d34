// The flags that gate, follow or stop the rollout.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { usesFlags } from '@gantry/api/rollout/settings';
import type { JSX } from 'preact';
import { useList } from '../../live/use-live.ts';
import { Card } from '../../parts/card.tsx';
import { objectHref } from '../../shell/route.ts';
import { rolloutFlags } from './rollout-flags.ts';

/** Nothing where the rollout has no flags. */
export function FlagsPanel({ rollout }: { rollout: Rollout }): JSX.Element | null {
  const { namespace } = rollout.metadata;
  const isUsing = usesFlags(rollout.spec);
  const where = namespace === undefined ? {} : { namespace };
  const { items, synced } = useList<FeatureFlag>('featureflags', isUsing ? where : undefined);
  const flags = isUsing ? rolloutFlags(rollout, items) : [];
  if (flags.length === 0 || !synced) return null;
  return (
    <Card title="Flags">
      <ul class="plain-list">
        {flags.map(({ key, role, object, standing }) => (
          <li key={`${key} ${role}`}>
            {object === undefined ? (
              <strong>{key}</strong>
            ) : (
              <a href={objectHref('featureflags', namespace, object)}>{key}</a>
            )}{' '}
            {role}. <span class="quiet">Now: {standing}.</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
