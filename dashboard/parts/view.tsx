// The frame of each view: its title, what can be done, and its content.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

/** One view. The title is the document's too. */
export function View({ title, crumb, lead, actions, children }: ViewProps): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Gantry`;
  }, [title]);
  return (
    <div class="view">
      <header class="view-head">
        <div>
          {crumb === undefined ? null : <a class="crumb" href={crumb.href}>{`‹ ${crumb.text}`}</a>}
          <h1>{title}</h1>
          {lead === undefined ? null : <div class="lead">{lead}</div>}
        </div>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface ViewProps {
  title: string;
  /** The list that this belongs to. */
  crumb?: { href: string; text: string };
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}
