// Where questions appear: a modal dialog of the browser's own, so that focus and Escape work as everywhere.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { usePage } from './page.ts';
import { useModal } from './use-modal.ts';

/** Shows the question that is open. */
export function DialogPlace(): JSX.Element | null {
  const { dialogs } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const question = dialogs.open.value;
  useModal(dialog, question);
  if (question === undefined) return null;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="question" onClose={() => dialogs.answer(false)}>
      <h2 id="question">{question.title}</h2>
      <div class="dialog-body">{question.body}</div>
      <div class="actions">
        <button type="button" class="button plain" onClick={() => dialogs.answer(false)}>
          Cancel
        </button>
        <button
          type="button"
          class={`button ${question.tone === 'danger' ? 'danger' : 'primary'}`}
          onClick={() => dialogs.answer(true)}
        >
          {question.verb}
        </button>
      </div>
    </dialog>
  );
}
