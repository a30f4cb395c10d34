// What is wrong with a text; a press on a line's number goes there.
import type { JSX } from 'preact';
import type { TextFault } from './yaml-work.ts';
import './yaml.css';

/** The faults of the text in `area`. */
export function FaultList({ faults, area }: FaultListProps): JSX.Element {
  return (
    <ul class="faults" role="alert">
      {faults.map(({ line, message }, at) => (
        <li key={at}>
          {line === undefined ? null : (
            <button type="button" onClick={() => goToLine(area.current, line)}>
              line {line}
            </button>
          )}
          {message}
        </li>
      ))}
    </ul>
  );
}

interface FaultListProps {
  faults: readonly TextFault[];
  area: { readonly current: HTMLTextAreaElement | null };
}

function goToLine(area: HTMLTextAreaElement | null, line: number): void {
  if (area === null) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight * Math.max(0, line - 4)) / Math.max(1, lines.length);
}
