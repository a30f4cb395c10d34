// How much of something is used.
import type { JSX } from 'preact';

/** `part` of `whole`, in the same unit; the text says it in words. */
export function Meter({ label, part, whole, text, isPlain }: MeterProps): JSX.Element {
  const percent = whole <= 0 ? 0 : Math.min(100, (100 * part) / whole);
  const tone = isPlain === true ? '' : percent > 90 ? 'bad' : percent > 75 ? 'warn' : 'good';
  return (
    <div
      class="meter"
      role="meter"
      aria-label={label}
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={text}
    >
      <div class="meter-track">
        <div class={`meter-fill ${tone}`} style={{ width: `${percent}%` }} />
      </div>
      <span>{text}</span>
    </div>
  );
}

interface MeterProps {
  label: string;
  part: number;
  whole: number;
  text: string;
  /** Much is not bad: a share rather than a use. */
  isPlain?: boolean;
}
