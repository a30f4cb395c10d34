// Where notices appear; read out by screen readers.
import type { JSX } from 'preact';
import { usePage } from './page.ts';

/** The notices in sight. */
export function NoticePlace(): JSX.Element {
  const { notices } = usePage();
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.list.value.map(({ id, tone, text }) => (
        <div key={id} class={`notice ${tone}`}>
          <span>{text}</span>
          <button type="button" class="close" aria-label="Dismiss" onClick={() => notices.dismiss(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
