// Questions to the user before something is done: one at a time.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** A question. */
export interface Question {
  title: string;
  /** What will happen. */
  body: ComponentChildren;
  /** The word on the button: `Promote`. */
  verb: string;
  tone?: 'plain' | 'danger';
}

/** Asks. */
export interface Dialogs {
  open: ReadonlySignal<Question | undefined>;
  /** Resolves to whether the user agrees. A question that is open is answered with no. */
  ask(question: Question): Promise<boolean>;
  answer(agreed: boolean): void;
}

/** Makes the place where questions are shown. */
export function createDialogs(): Dialogs {
  const open = signal<Question | undefined>(undefined);
  let settle: (agreed: boolean) => void = () => undefined;
  const answer = (agreed: boolean): void => {
    open.value = undefined;
    settle(agreed);
    settle = () => undefined;
  };
  return {
    open,
    answer,
    ask(question) {
      answer(false);
      open.value = question;
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
  };
}
