// Hosts of listeners and routes: which requests belong to both, and which host says more. Pure.

/** The hosts that belong to both; empty text stands for all hosts. Undefined when there are none. */
export function commonHost(listener: string, route: string): string | undefined {
  if (listener === '' || listener === route) return route;
  if (route === '') return listener;
  if (isWithin(route, listener)) return route;
  return isWithin(listener, route) ? listener : undefined;
}

/** Hosts of a route at a listener; all that the listener has when the route names none. */
export function commonHosts(listener: string, routes: readonly string[]): string[] {
  const wanted = routes.length === 0 ? [''] : routes;
  return [...new Set(wanted.flatMap((route) => commonHost(listener, route) ?? []))];
}

/** A host, or a narrower wildcard, below a wildcard. */
function isWithin(host: string, wildcard: string): boolean {
  if (!wildcard.startsWith('*.')) return false;
  const suffix = wildcard.slice(1);
  return host.endsWith(suffix) && host.length > suffix.length;
}

/** Exact hosts first, then longer wildcards, then all hosts. */
export function bySpecificHost(a: string, b: string): number {
  const rank = (host: string): number => {
    if (host === '') return 2;
    return host.startsWith('*.') ? 1 : 0;
  };
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a.length !== b.length) return b.length - a.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
