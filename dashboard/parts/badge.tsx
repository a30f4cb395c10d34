// A word with a colour: how something stands. The word alone says it too.
import type { JSX } from 'preact';

/** What a colour means, the same everywhere. */
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'quiet';

/** A word with its colour. */
export function Badge({ tone, children, title }: BadgeProps): JSX.Element {
  return (
    <span class={`badge ${tone}`} {...(title === undefined ? {} : { title })}>
      {children}
    </span>
  );
}

interface BadgeProps {
  tone: Tone;
  children: string | number;
  title?: string;
}
