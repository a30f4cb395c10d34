// The page around the views: navigation, namespace, search, the state of the connection, questions and notices.
import type { ComponentType, JSX } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Empty } from '../parts/card.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { DialogPlace } from './dialog-place.tsx';
import { Navigation } from './navigation.tsx';
import { NoticePlace } from './notice-place.tsx';
import { usePage } from './page.ts';
import { reloadOnce } from './reload-once.ts';
import { Search } from './search.tsx';
import { TopBar } from './top-bar.tsx';
import { VIEWS, type ViewArguments, type ViewEntry } from './views.ts';

/** The whole page. */
export function App(): JSX.Element {
  const [menuOpen, setMenuOpen] = useState(false);
  const [searchOpen, setSearchOpen] = useState(false);
  const { router } = usePage();
  const { parts } = router.route.value;
  useEffect(() => setMenuOpen(false), [parts]);
  useSearchKey(() => setSearchOpen(true));
  const entry = VIEWS.find(({ word }) => word === (parts[0] ?? ''));
  return (
    <div class={menuOpen ? 'frame menu-open' : 'frame'}>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <TopBar
        onMenu={() => setMenuOpen(!menuOpen)}
        menuOpen={menuOpen}
        onSearch={() => setSearchOpen(true)}
      />
      <Navigation />
      <main id="content" tabIndex={-1}>
        <ConnectionBanner />
        {entry === undefined ? (
          <Empty>
            There is no such view. <a href="/dashboard/">Go to the overview</a>.
          </Empty>
        ) : (
          <LoadedView key={entry.word} entry={entry} />
        )}
      </main>
      {searchOpen ? <Search onClose={() => setSearchOpen(false)} /> : null}
      <DialogPlace />
      <NoticePlace />
    </div>
  );
}

function useSearchKey(open: () => void): void {
  // Before anything is seen: whoever sees the page may press it.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

/** A view is loaded when it is first opened. */
function LoadedView({ entry }: { entry: ViewEntry }): JSX.Element {
  const { router } = usePage();
  const [view, setView] = useState<{ of: ViewEntry; component: ComponentType<ViewArguments> } | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  useEffect(() => {
    let wanted = true;
    setProblem(undefined);
    entry.load().then(
      ({ default: component }) => {
        if (wanted) setView({ of: entry, component });
      },
      (error: unknown) => {
        if (!wanted) return;
        const reload = (): void => window.location.reload();
        if (!reloadOnce({ storage: sessionStorage, nowMs: Date.now(), reload })) setProblem(String(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [entry]);
  if (problem !== undefined)
    return (
      <Empty>This view cannot be loaded: {problem}. Load the page anew: it may have been updated.</Empty>
    );
  if (view?.of !== entry) return <Empty>Loading …</Empty>;
  const { component: Component } = view;
  const [, namespace, name] = router.route.value.parts;
  const place = {
    ...(namespace === undefined || namespace === '-' ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  return <Component key={`${namespace ?? ''}/${name ?? ''}`} {...place} />;
}
