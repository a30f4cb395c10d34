// The navigation, made from the table of views; what the user may not list is not offered.
import type { JSX } from 'preact';
import { RESOURCES } from '../request/resource-paths.ts';
import { usePage } from './page.ts';
import { hrefOf } from './route.ts';
import { VIEWS, type ViewEntry } from './views.ts';

const GROUPS = ['Release', 'Run', 'Network', 'Configure', 'Observe'] as const;

/** Links to the views. */
export function Navigation(): JSX.Element {
  const start = VIEWS.find(({ word }) => word === '');
  return (
    <nav id="navigation" class="navigation" aria-label="Views">
      {start === undefined ? null : <ViewLink entry={start} />}
      {GROUPS.map((group) => (
        <NavigationGroup key={group} group={group} />
      ))}
    </nav>
  );
}

function NavigationGroup({ group }: { group: string }): JSX.Element | null {
  const { access, namespace } = usePage();
  const entries = VIEWS.filter(
    ({ group: of, needs }) =>
      of === group && (needs === undefined || access.may('list', RESOURCES[needs], namespace.value)),
  );
  if (entries.length === 0) return null;
  return (
    <div class="navigation-group" role="group" aria-label={group}>
      <div class="navigation-head" aria-hidden="true">
        {group}
      </div>
      {entries.map((entry) => (
        <ViewLink key={entry.word} entry={entry} />
      ))}
    </div>
  );
}

function ViewLink({ entry }: { entry: ViewEntry }): JSX.Element {
  const { router } = usePage();
  const isHere = (router.route.value.parts[0] ?? '') === entry.word;
  return (
    <a
      href={hrefOf(entry.word === '' ? [] : [entry.word])}
      {...(isHere ? { 'aria-current': 'page' as const } : {})}
    >
      {entry.title}
    </a>
  );
}
