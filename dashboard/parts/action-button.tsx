// A button that does something to the cluster: asks first where asked to, shows that it is under way, and says what came of
// it. Without permission it is not there.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Outcome } from '../request/request.ts';
import { focusContent } from '../shell/focus-content.ts';
import { usePage } from '../shell/page.ts';

/** What the button does. */
export interface ActionProps {
  /** The word on it: `Promote`. */
  label: string;
  /** Whether the user may do it. */
  allowed: boolean;
  /** What will happen; asked for when pressed, so that it can be read from a dry run. Undefined: it is done at once. */
  confirm?: () => Promise<ComponentChildren> | ComponentChildren;
  /** Title of the question. */
  question?: string;
  tone?: 'plain' | 'primary' | 'danger';
  run: () => Promise<Outcome<unknown>>;
  /** What to say when it is done. */
  done: string;
  disabled?: boolean;
  /** Why it is disabled, or what it is for. */
  title?: string;
}

/** A button for one action. */
export function ActionButton(props: ActionProps): JSX.Element | null {
  // A part of its own: what it does when the button goes must be done while the button is still there.
  return props.allowed ? <ShownButton {...props} /> : null;
}

function ShownButton(props: ActionProps): JSX.Element {
  const { label, tone = 'plain', disabled, title } = props;
  const button = useFocusHandedOn();
  const { dialogs, notices } = usePage();
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      if (props.confirm !== undefined) {
        const body = await props.confirm();
        const asked = { title: props.question ?? `${label}?`, body, verb: label };
        if (!(await dialogs.ask({ ...asked, tone: tone === 'danger' ? 'danger' : 'plain' }))) return;
      }
      const outcome = await props.run();
      if (!outcome.ok) notices.add('bad', `${label}: ${outcome.message}`);
      else {
        for (const warning of outcome.warnings) notices.add('info', warning);
        notices.add('good', props.done);
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      ref={button}
      type="button"
      class={`button ${tone}`}
      disabled={disabled === true}
      // Not off: the focus would be lost that has to come back here after the question.
      aria-disabled={busy}
      aria-busy={busy}
      {...(title === undefined ? {} : { title })}
      onClick={() => void press()}
    >
      {label}
    </button>
  );
}

/** @returns the ref of a button; when what it did takes it away, the page's content has the focus instead of nothing. */
function useFocusHandedOn(): { current: HTMLButtonElement | null } {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(
    () => () => {
      if (document.activeElement === button.current) focusContent();
    },
    [],
  );
  return button;
}
