// A field above a list that leaves only the rows with the typed text.
import type { JSX } from 'preact';

interface NameFilterProps {
  /** What is filtered, for those who cannot see it: `Filter pods`. */
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** The field. */
export function NameFilter({ label, value, onChange }: NameFilterProps): JSX.Element {
  return (
    <input
      type="search"
      class="field"
      aria-label={label}
      placeholder={`${label} …`}
      value={value}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
