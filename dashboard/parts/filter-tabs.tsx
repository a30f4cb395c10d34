// Choices above a list: which of its rows are shown. The choice is in the address, so that it can be linked to.
import type { JSX } from 'preact';
import { usePage } from '../shell/page.ts';
import { hrefOf } from '../shell/route.ts';

/** One choice. */
export interface Filter<T> {
  /** In the address. */
  id: string;
  label: string;
  keeps: (row: T) => boolean;
}

interface FilterTabsProps<T> {
  label: string;
  filters: readonly Filter<T>[];
  rows: readonly T[];
}

/** The choice that the address names, or the first. */
export function useFilter<T>(filters: readonly Filter<T>[]): Filter<T> {
  const { router } = usePage();
  const id = router.route.value.query.get('show');
  const chosen = filters.find((filter) => filter.id === id) ?? filters[0];
  if (chosen === undefined) throw new Error('a list has at least one filter');
  return chosen;
}

/** Links, each with how many rows it shows. */
export function FilterTabs<T>({ label, filters, rows }: FilterTabsProps<T>): JSX.Element {
  const { router } = usePage();
  const chosen = useFilter(filters);
  const { parts } = router.route.value;
  return (
    <nav class="tabs" aria-label={label}>
      {filters.map(({ id, label: text, keeps }, at) => (
        <a
          key={id}
          href={hrefOf(parts, at === 0 ? {} : { show: id })}
          {...(id === chosen.id ? { 'aria-current': 'page' as const } : {})}
        >
          {text} <span class="quiet">{rows.filter(keeps).length}</span>
        </a>
      ))}
    </nav>
  );
}
