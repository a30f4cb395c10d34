// The Authorization header of a request that a metric makes: user and password as they are, or a token that is asked for
// with the client's own credentials (RFC 6749, 4.4). A token serves one measurement: nothing is kept of it.
import { isMap } from '@gantry/api/json-value';
import type { MetricAuthentication } from '@gantry/api/kinds/analysis/provider';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';

type OAuth2 = NonNullable<MetricAuthentication['oauth2']>;
type Bounds = Pick<HttpRequest, 'timeoutMs' | 'insecure'>;

/** To be put over the metric's own headers. @throws Error with a sentence for users, in which nothing is secret. */
export async function authorizationOf(
  authentication: MetricAuthentication | undefined,
  http: Http,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { oauth2, basicAuth } = authentication ?? {};
  if (oauth2 !== undefined) return { authorization: `Bearer ${await tokenOf(oauth2, http, bounds, signal)}` };
  if (basicAuth === undefined) return {};
  return { authorization: basic(basicAuth.username, basicAuth.password) };
}

/** Servers take credentials in the header, as they have to, or in the body, as some do instead. */
async function tokenOf(oauth2: OAuth2, http: Http, bounds: Bounds, signal: AbortSignal): Promise<string> {
  const { tokenUrl, clientId, clientSecret, scopes = [] } = oauth2;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  const ask = (headers: Readonly<Record<string, string>>): Promise<HttpAnswer> =>
    http(
      {
        ...{ ...bounds, url: tokenUrl, method: 'POST', body: form.toString() },
        headers: {
          ...{ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
          ...headers,
        },
      },
      signal,
    );
  const encoded = [clientId, clientSecret].map(encodeURIComponent);
  let answer = await ask({ authorization: basic(encoded[0] ?? '', encoded[1] ?? '') });
  if (answer.status === 400 || answer.status === 401) {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
    answer = await ask({});
  }
  return readToken(answer, new URL(tokenUrl).host);
}

/** Of a refusal only the code is told: the rest may repeat what was sent. Pure. */
function readToken({ status, text }: HttpAnswer, host: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  const { access_token: token, error } = isMap(body) ? body : {};
  if (status >= 200 && status < 300 && typeof token === 'string' && token !== '') return token;
  const code = typeof error === 'string' && /^[\w.-]{1,64}$/.test(error) ? ` (${error})` : '';
  throw new Error(`${host} gives no token: it answered with ${status}${code}`);
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
