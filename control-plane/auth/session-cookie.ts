// The cookie of the dashboard, and from where it counts: a browser sends it by itself, so what another page has made
// the browser ask must not be taken for the user's wish. Pure.
import type { Credentials } from '../server/security.ts';

/** What a page of another origin cannot send without being asked first, which is never allowed here. */
export const DASHBOARD_HEADER = 'x-gantry-dashboard';
/** Longest value; browsers keep no longer ones either. */
export const COOKIE_LENGTH_MAX = 4000;
const FINGERPRINT_DIGITS = 8;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Its name. Cookies of one host are sent to all its ports: the CA's fingerprint tells two clusters on a machine apart.
 *
 * @param secure whether the connection is TLS; without (tests) the browser's own guards cannot be used.
 */
export function cookieName(authorityFingerprint: string, secure: boolean): string {
  const digits = authorityFingerprint
    .replace(/[^0-9a-fA-F]/g, '')
    .slice(0, FINGERPRINT_DIGITS)
    .toLowerCase();
  return `${secure ? '__Host-' : ''}gantry-${digits}`;
}

/** The `Set-Cookie` header; an empty value takes the cookie away. */
export function setCookie(name: string, value: string, secure: boolean, maxAgeSeconds: number): string {
  return [
    `${name}=${value}`,
    'Path=/',
    `Max-Age=${value === '' ? 0 : maxAgeSeconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
  ].join('; ');
}

/** The value of a cookie. Of two with the same name none counts: one of them was put there by somebody else. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== '' && (value ?? '').length <= COOKIE_LENGTH_MAX ? value : undefined;
}

/** Why the cookie does not count for this request; undefined when it does. */
export function foreignness(
  request: Pick<Credentials, 'headers' | 'method' | 'secure' | 'upgrade'>,
): { error: string; code: 401 | 403 } | undefined {
  const { headers, method, upgrade } = request;
  const site = headers['sec-fetch-site'];
  if (!upgrade && READS.has(method)) {
    // Another port of this host is `same-site`: it gets the cookie sent along, and must not read with it.
    if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
    return { error: 'a request that another page has made is not answered by cookie', code: 401 };
  }
  if (!isOwnOrigin(request)) {
    const what = headers.origin === undefined ? 'no Origin' : `the Origin ${headers.origin.slice(0, 100)}`;
    return {
      error: `a session of the dashboard acts from its own page only; this request has ${what}`,
      code: 403,
    };
  }
  if (upgrade || headers[DASHBOARD_HEADER] === '1') return undefined;
  return { error: 'a request by session cookie must have the header X-Gantry-Dashboard: 1', code: 403 };
}

/** Whether the page that asks came from this very host and port. */
function isOwnOrigin({ headers, secure }: Pick<Credentials, 'headers' | 'secure'>): boolean {
  const { origin, host } = headers;
  return origin !== undefined && host !== undefined && origin === `${secure ? 'https' : 'http'}://${host}`;
}
