// Tabs; which one is open is in the page's address, so that it can be linked to.
import type { ComponentChildren, JSX } from 'preact';
import { usePage } from '../shell/page.ts';
import { hrefOf } from '../shell/route.ts';

/** One tab. */
export interface Tab {
  /** In the address. */
  id: string;
  label: string;
  content: () => ComponentChildren;
}

/** Shows the tab that the address names, or the first. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }): JSX.Element {
  const { router } = usePage();
  const { parts, query } = router.route.value;
  const open = tabs.find(({ id }) => id === query.get('tab')) ?? tabs[0];
  return (
    <>
      <nav class="tabs" aria-label={label}>
        {tabs.map(({ id, label: text }, at) => (
          <a
            key={id}
            href={hrefOf(parts, at === 0 ? {} : { tab: id })}
            {...(id === open?.id ? { 'aria-current': 'page' as const } : {})}
          >
            {text}
          </a>
        ))}
      </nav>
      {open?.content()}
    </>
  );
}
