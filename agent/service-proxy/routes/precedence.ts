// Which of several rules that fit a request counts: Gateway API's order. Pure.
import { bySpecificHost } from '@gantry/api/gateway/hosts';
import type { Entry, PathMatch } from './routing.ts';

const PATH_RANKS: Readonly<Record<PathMatch['type'], number>> = { exact: 0, regex: 1, prefix: 2 };

/**
 * Host, exact path, regular expression, longest prefix, method, most headers, most parameters. What is equal keeps its
 * order: the oldest route, then the first rule.
 */
export function byPrecedence(a: Entry, b: Entry): number {
  return (
    bySpecificHost(a.host, b.host) ||
    PATH_RANKS[a.path.type] - PATH_RANKS[b.path.type] ||
    b.path.value.length - a.path.value.length ||
    Number(a.method === undefined) - Number(b.method === undefined) ||
    b.headers.length - a.headers.length ||
    b.params.length - a.params.length
  );
}
