// A button that does something to the cluster: asks first where asked to, shows that it is under way, and says what came of
// it. Without permission it is not there.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Outcome } from '../request/request.ts';
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
  const { label, allowed, tone = 'plain', disabled, title } = props;
  const { dialogs, notices } = usePage();
  const [busy, setBusy] = useState(false);
  if (!allowed) return null;
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
