// What texts of routes may look like, in API and proxy alike: paths, names and values of headers, hosts. Pure.
import { parseDuration } from '../duration.ts';
import type { TextRule } from '../names.ts';
import { safeRegex } from './safe-regex.ts';

const NAME_MAX = 256;
const VALUE_MAX = 4_096;
const PATH_MAX = 1_024;
const TIMEOUT_MAX_MS = 24 * 3_600_000;

/** A name of a header, of the usual signs. */
export const headerNameProblem: TextRule = (name) =>
  name.length <= NAME_MAX && /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)
    ? undefined
    : "must consist of letters, digits, '-', '_' and '.' (e.g. 'X-Canary')";

/** Headers that the proxy itself lives by. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'transfer-encoding', 'upgrade', 'host']);

/** A header that filters may change. */
export const changeableHeaderProblem: TextRule = (name) =>
  OWN_HEADERS.has(name.toLowerCase())
    ? 'is a header that belongs to the connection; for `Host` use the filter URLRewrite'
    : headerNameProblem(name);

/** A value of a header or parameter. */
export const valueProblem: TextRule = (value) => {
  if (value === '') return 'must not be empty';
  if (value.length > VALUE_MAX) return `must have at most ${VALUE_MAX} characters`;
  return hasControl(value) ? 'must have no control characters' : undefined;
};

/** A path to compare with or to put in place. */
export const pathProblem: TextRule = (path) => {
  if (path.length > PATH_MAX) return `must have at most ${PATH_MAX} characters`;
  if (!path.startsWith('/')) return "must begin with '/'";
  if (!/^[\x21-\x7e]*$/.test(path) || /[?#]/.test(path))
    return "must be printable ASCII without blanks, '?' and '#'";
  const isPlain = !/\/\/|\/\.\.?(\/|$)|%2f/i.test(path);
  return isPlain ? undefined : "must not contain '//', '/./', '/../' or '%2f'";
};

/** What stands in place of a prefix; nothing is allowed. */
export const replacementProblem: TextRule = (path) => (path === '' ? undefined : pathProblem(path));

/** A regular expression. */
export const regexProblem: TextRule = (text) => {
  const read = safeRegex(text);
  return 'problem' in read ? `as a regular expression ${read.problem}` : undefined;
};

/** Milliseconds of a Gateway API duration (`1h30m`, `500ms`); undefined when it is none. */
export function routeTimeoutMs(text: string): number | undefined {
  if (!/^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text)) return undefined;
  const ms = parseDuration(text);
  return ms !== undefined && Number.isInteger(ms) && ms <= TIMEOUT_MAX_MS ? ms : undefined;
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f || (code >= 0xd800 && code <= 0xdfff)) return true;
  }
  return false;
}
