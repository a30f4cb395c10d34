// The steps as a line, the present one lit.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { JSX } from 'preact';
import { stepStates } from './step-states.ts';

const WORDS = { done: 'done', present: 'under way', ahead: 'to come', void: 'given up' } as const;

/** Nothing for rollouts without steps. */
export function StepStrip({ rollout }: { rollout: Rollout }): JSX.Element | null {
  const steps = stepStates(rollout);
  if (steps.length === 0) return null;
  return (
    // On narrow screens it scrolls, by keyboard too.
    <ol class="steps" aria-label="Steps" tabIndex={0}>
      {steps.map(({ text, state }, at) => (
        <li key={at} class={state} {...(state === 'present' ? { 'aria-current': 'step' as const } : {})}>
          <span class="step-number" aria-hidden="true">
            {state === 'done' ? '✓' : at + 1}
          </span>
          <span>
            {text}
            <span class="visually-hidden">, {WORDS[state]}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
