// The conditions of an object: which facts hold, since when and why.
import type { JSX } from 'preact';
import { Age } from './age.tsx';
import { Badge } from './badge.tsx';
import { Card, Empty } from './card.tsx';
import { conditionTone, type AnyCondition } from './condition-tone.ts';

interface ConditionsProps {
  conditions: readonly AnyCondition[] | undefined;
  title?: string;
}

/** A card with all conditions. */
export function ConditionsTable({ conditions = [], title = 'Conditions' }: ConditionsProps): JSX.Element {
  return (
    <Card title={title}>
      {conditions.length === 0 ? <Empty>Nothing has been observed yet.</Empty> : null}
      <ul class="conditions">
        {conditions.map((condition) => (
          <li key={condition.type}>
            <Badge tone={conditionTone(condition)}>{condition.type}</Badge>
            <span>
              <strong>{condition.status}</strong>
              {condition.reason === undefined || condition.reason === '' ? '' : ` · ${condition.reason}`}
              {condition.message === undefined || condition.message === '' ? '' : `: ${condition.message}`}
              <span class="quiet">
                {' · '}
                <Age since={condition.lastTransitionTime} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
