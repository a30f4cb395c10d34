// Opens a modal dialog, and gives the focus back to where it was when the dialog goes, however it goes.
import { useLayoutEffect } from 'preact/hooks';
import { focusContent } from './focus-content.ts';

/** @param what the dialog is about: another one opens it anew, undefined does not. */
export function useModal(dialog: { readonly current: HTMLDialogElement | null }, what: unknown): void {
  // Before the page is painted: what is typed right after the key that opened it, Escape too, is for the dialog.
  useLayoutEffect(() => {
    if (what === undefined) return undefined;
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // What is taken out of the page while it is open gives nothing back by itself.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else focusContent();
    };
  }, [what]);
}
