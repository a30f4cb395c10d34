// What the browser is told of the page: it may load from here and talk to here, and to nothing else. Pure.

/** In the page's first document: stands where the nonce of its styles goes, and differs in each answer. */
export const NONCE_PLACE = '__CSP_NONCE__';

const HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/;

/** Headers of everything that belongs to the page. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=(), display-capture=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * The policy of a document.
 *
 * Styles come from files, or from elements that carry the nonce: the terminal makes some itself, and gets it from the
 * page. Nothing inline otherwise, so injected text can neither run nor dress up as something else.
 *
 * @param host as the browser named it: the live connection goes there. Older browsers do not count it as `'self'`.
 */
export function contentPolicy(nonce: string, host: string | undefined, secure: boolean): string {
  const live = host !== undefined && HOST.test(host) ? ` ${secure ? 'wss' : 'ws'}://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${live}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
