// How much of one resource is used and asked for, of what there is.
import type { JSX } from 'preact';
import { Meter } from './meter.tsx';

interface UsageOfProps {
  /** `CPU`. */
  label: string;
  /** Undefined where it is not known: not yet, no longer, or not by this user. */
  used: number | undefined;
  requested: number;
  /** What there is; 0 where nothing sets a bound. */
  whole: number;
  /** What `whole` is: `limit`, `allocatable`. */
  wholeWord: string;
  /** Writes an amount. */
  text: (amount: number) => string;
}

/** A meter of what is used, against the bound or else what is asked for; and the three figures in words. */
export function UsageOf(props: UsageOfProps): JSX.Element {
  const { label, used, requested, whole, wholeWord, text } = props;
  const against = whole > 0 ? whole : requested;
  const usedText = used === undefined ? 'use not known' : `${text(used)} used`;
  const figures = [
    ['asked for', requested === 0 ? 'none' : text(requested)],
    [wholeWord, whole > 0 ? text(whole) : 'none'],
  ] as const;
  return (
    <div class="usage">
      <h3>{label}</h3>
      {against > 0 ? (
        <Meter label={`${label} used`} part={used ?? 0} whole={against} text={usedText} />
      ) : (
        <div>{usedText}</div>
      )}
      <div class="quiet">{figures.map(([name, figure]) => `${name} ${figure}`).join(' · ')}</div>
    </div>
  );
}
