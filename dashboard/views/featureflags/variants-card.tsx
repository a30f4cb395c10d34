// The values that a flag may have, which of them is the default, and the rules that choose among them.
import { defaultVariantChange } from '@gantry/api/flags/flag-patch';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { ChangeButton } from './change-button.tsx';
import { compactJson } from './compact-json.ts';
import type { FlagRow } from './flag-rows.ts';

/** The card. */
export function VariantsCard({ object, row }: { object: FeatureFlag; row: FlagRow }): JSX.Element {
  const { key, flag, now } = row;
  return (
    <Card title="Variants">
      <div class="scroll-x" tabIndex={0}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col">Value</th>
              <th scope="col">Default</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(flag.variants).map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <code>{JSON.stringify(value)}</code>
                </td>
                <td>
                  {name === now.defaultVariant ? (
                    <Badge tone="good">default</Badge>
                  ) : (
                    <MakeDefault object={object} flagKey={key} variant={name} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {now.defaultVariant === undefined ? (
        <p class="quiet">No default: where targeting names none, programs use the value in their own code.</p>
      ) : null}
      {flag.targeting === undefined ? null : (
        <>
          <h3>Targeting</h3>
          <pre>{compactJson(flag.targeting)}</pre>
        </>
      )}
    </Card>
  );
}

function MakeDefault({ object, flagKey, variant }: MakeDefaultProps): JSX.Element {
  return (
    <ChangeButton
      object={object}
      label="Make default"
      question={`Make “${variant}” the default of ${flagKey}?`}
      will={`All for whom targeting names no variant get “${variant}” from now on.`}
      change={(nowMs) => defaultVariantChange({ spec: object.spec, key: flagKey, nowMs }, variant)}
      done={`“${variant}” is the default of ${flagKey}.`}
    />
  );
}

interface MakeDefaultProps {
  object: FeatureFlag;
  flagKey: string;
  variant: string;
}
