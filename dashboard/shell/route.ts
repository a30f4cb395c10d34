// The address of the page: which view, of what. Everything that can be linked to is in it.
import { signal, type ReadonlySignal } from '@preact/signals';

/** Where all addresses of the page begin. */
export const BASE = '/dashboard';

/** A place. */
export interface Route {
  /** Below {@link BASE}, decoded: `['pods', 'default', 'web-1']`. */
  parts: readonly string[];
  query: URLSearchParams;
}

/** The place now, and going to others. */
export interface Router {
  route: ReadonlySignal<Route>;
  go(href: string, how?: 'push' | 'replace'): void;
}

/** Reads a place from an address. Parts that cannot be decoded stay as they are. */
export function routeOf(pathname: string, search: string): Route {
  const below = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  const parts = below
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  return { parts, query: new URLSearchParams(search) };
}

/** The address of a place. */
export function hrefOf(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const path = [BASE, ...parts.map((part) => encodeURIComponent(part))].join('/');
  const search = new URLSearchParams(query).toString();
  return `${parts.length === 0 ? `${BASE}/` : path}${search === '' ? '' : `?${search}`}`;
}

/** The place of an object: `word` as in the addresses; objects without a namespace have `-` in its place. */
export function objectHref(word: string, namespace: string | undefined, name: string, tab?: string): string {
  return hrefOf([word, namespace ?? '-', name], tab === undefined ? {} : { tab });
}

/** Follows the window's address; plain clicks on the page's own links do not load it anew. */
export function createRouter(window: Window & typeof globalThis): Router {
  const { location, history, document } = window;
  const route = signal(routeOf(location.pathname, location.search));
  const read = (): void => {
    route.value = routeOf(location.pathname, location.search);
  };
  const go: Router['go'] = (href, how = 'push') => {
    if (how === 'push') history.pushState(null, '', href);
    else history.replaceState(null, '', href);
    read();
    if (how === 'push') window.scrollTo(0, 0);
  };
  window.addEventListener('popstate', read);
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a[href]');
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!(link instanceof window.HTMLAnchorElement) || !plain || event.defaultPrevented) return;
    if (link.target !== '' || link.origin !== location.origin || !link.pathname.startsWith(BASE)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
  return { route, go };
}
