// A difference, line by line: signs as well as colours.
import type { JSX } from 'preact';
import type { TextDifference } from './diff-rows.ts';
import './yaml.css';

/** The difference of two texts. */
export function DiffView({ difference }: { difference: TextDifference }): JSX.Element {
  if ('tooLarge' in difference) return <p class="quiet">{difference.tooLarge}</p>;
  if (difference.rows.length === 0) return <p class="quiet">Nothing would change.</p>;
  return (
    <div class="diff" role="region" aria-label="Difference" tabIndex={0}>
      {difference.rows.map(({ type, text }, at) => (
        <div key={at} class={`diff-row ${type}`}>
          <span class="diff-sign">{SIGNS[type]}</span>
          <span>{text}</span>
        </div>
      ))}
    </div>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '−', gap: '…' } as const;
