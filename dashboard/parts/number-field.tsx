// A whole number that is typed in a dialog.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

interface NumberFieldProps {
  label: string;
  first: number;
  min: number;
  max: number;
  /** Called with whole numbers between the two only. */
  onChange: (value: number) => void;
}

/** The field; what is no such number is told at once and changes nothing. */
export function NumberField({ label, first, min, max, onChange }: NumberFieldProps): JSX.Element {
  const [text, setText] = useState(String(first));
  const value = Number(text);
  const good = /^\d+$/.test(text) && value >= min && value <= max;
  return (
    <label class="choice">
      {label}{' '}
      <input
        type="number"
        class="field"
        inputMode="numeric"
        min={min}
        max={max}
        step={1}
        value={text}
        autofocus
        aria-invalid={!good}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.value;
          setText(typed);
          if (/^\d+$/.test(typed) && Number(typed) >= min && Number(typed) <= max) onChange(Number(typed));
        }}
      />
      {good ? null : <span role="alert">{`a whole number from ${min} to ${max}`}</span>}
    </label>
  );
}
