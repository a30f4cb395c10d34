// The bar at the top: menu, namespace, search, theme, who is signed in.
import type { JSX } from 'preact';
import { useList } from '../live/use-live.ts';
import { endSession } from '../request/session.ts';
import { usePage, type Theme } from './page.ts';

/** The bar. */
export function TopBar({ onMenu, menuOpen, onSearch }: TopBarProps): JSX.Element {
  const { session, request } = usePage();
  const signOut = async (): Promise<void> => {
    await endSession(request);
    window.location.reload();
  };
  return (
    <header class="top-bar">
      <button
        type="button"
        class="menu-button"
        aria-expanded={menuOpen}
        aria-controls="navigation"
        onClick={onMenu}
      >
        Menu
      </button>
      <a class="brand" href="/dashboard/">
        <img src="/dashboard/icon.svg" alt="" width="24" height="24" /> Gantry
      </a>
      <NamespacePicker />
      <button type="button" class="search-button" onClick={onSearch}>
        Search <kbd>Ctrl K</kbd>
      </button>
      <ThemePicker />
      <span class="who" title={`Groups: ${session.groups.join(', ') || 'none'}`}>
        {session.user}
      </span>
      <button type="button" class="button plain small" onClick={() => void signOut()}>
        Sign out
      </button>
    </header>
  );
}

interface TopBarProps {
  onMenu: () => void;
  menuOpen: boolean;
  onSearch: () => void;
}

function NamespacePicker(): JSX.Element {
  const { namespace } = usePage();
  const { items } = useList('namespaces');
  const names = items.map(({ metadata }) => metadata.name ?? '');
  if (namespace.value !== '' && !names.includes(namespace.value)) names.push(namespace.value);
  return (
    <label class="picker">
      <span class="label">Namespace</span>
      <select
        value={namespace.value}
        onChange={({ currentTarget }) => {
          namespace.value = currentTarget.value;
        }}
      >
        <option value="">All</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function ThemePicker(): JSX.Element {
  const { theme } = usePage();
  return (
    <label class="picker theme">
      <span class="label">Theme</span>
      <select
        value={theme.value}
        onChange={({ currentTarget }) => {
          theme.value = currentTarget.value as Theme;
        }}
      >
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
