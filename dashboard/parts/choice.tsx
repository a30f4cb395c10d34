// One of a few names.
import type { JSX } from 'preact';

interface ChoiceProps {
  label: string;
  values: readonly string[];
  value: string;
  onChange: (value: string) => void;
}

/** A list to choose from; the one name alone where there is no choice. */
export function Choice({ label, values, value, onChange }: ChoiceProps): JSX.Element {
  if (values.length === 1) return <span class="choice">{`${label} ${value}`}</span>;
  return (
    <label class="choice">
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {values.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
