// A titled part of a view.
import type { ComponentChildren, JSX } from 'preact';

/** `actions` stand at the right of the title. */
export function Card({ title, actions, children, flush }: CardProps): JSX.Element {
  return (
    <section class={flush === true ? 'card flush' : 'card'} aria-label={title}>
      {title === undefined ? null : (
        <header class="card-head">
          <h2>{title}</h2>
          {actions === undefined ? null : <div class="actions">{actions}</div>}
        </header>
      )}
      <div class="card-body">{children}</div>
    </section>
  );
}

interface CardProps {
  title?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
  /** Without padding: for tables. */
  flush?: boolean;
}

/** A figure with its name. */
export function Figure({ label, value, note, tone }: FigureProps): JSX.Element {
  return (
    <div class="figure">
      <div class="figure-label">{label}</div>
      <div class={`figure-value ${tone ?? ''}`}>{value}</div>
      {note === undefined ? null : <div class="figure-note">{note}</div>}
    </div>
  );
}

interface FigureProps {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  tone?: string;
}

/** Names and values. Values that are undefined are left out. */
export function Facts({ rows }: { rows: readonly (readonly [string, ComponentChildren])[] }): JSX.Element {
  return (
    <dl class="facts">
      {rows
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What stands where there is nothing, and what to do about it. */
export function Empty({ children }: { children: ComponentChildren }): JSX.Element {
  return <p class="empty">{children}</p>;
}
