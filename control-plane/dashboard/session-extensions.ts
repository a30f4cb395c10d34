// Logging in and out of the dashboard: a link that is good once, exchanged for a session that lives in a cookie which
// the page itself cannot read.
import { badRequest, forbidden, tooManyRequests, unauthorized } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Ids } from '@gantry/kit/random';
import { RecentMap } from '@gantry/kit/recent-map';
import { TokenBucket } from '@gantry/kit/token-bucket';
import { sessionOf } from '../auth/authenticate.ts';
import { COOKIE_LENGTH_MAX, cookieName, cookieOf, foreignness, setCookie } from '../auth/session-cookie.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Pass, Tokens } from '../auth/tokens.ts';
import type { Extension, ExtensionAnswer, ExtensionRequest } from '../server/extension.ts';
import { PAGE_PATH } from './page-extension.ts';
import { DASHBOARD_BODY_BYTES_MAX, sentTexts } from './sent-record.ts';

export const LOGIN_LINK_PATH = '/gantry/v1/dashboard/login-link';
export const SESSION_PATH = '/gantry/v1/dashboard/session';
/** How long a link may be opened. */
export const LOGIN_VALID_MS = 60_000;
/** How long a session lasts, or as long as the credentials that its link was asked for with, if that is less. */
export const SESSION_VALID_MS = 12 * 3_600_000;
/** Attempts that failed, of one address; more are refused before anything is reckoned. */
const FAILURES = { burst: 20, perSecond: 0.5 };
const ADDRESSES_MAX = 2_000;
const NEW_LINK = 'ask for a new link: gantry dashboard';

/** What logging in needs. */
export interface SessionDeps {
  tokens: Tokens;
  sessions: Sessions;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  authorityFingerprint: string;
}

/** The two paths. */
export function sessionExtensions(deps: SessionDeps): Extension[] {
  const failures = new RecentMap<TokenBucket>(ADDRESSES_MAX);
  const handlers: Record<string, (request: ExtensionRequest) => Promise<ExtensionAnswer>> = {
    POST: (request) => logIn(deps, failures, request),
    GET: (request) => describe(deps, request),
    DELETE: (request) => logOut(deps, request),
  };
  return [
    {
      path: LOGIN_LINK_PATH,
      methods: ['POST'],
      access: 'authorized',
      bodyBytesMax: DASHBOARD_BODY_BYTES_MAX,
      answer: (request) => makeLink(deps, request),
    },
    {
      path: SESSION_PATH,
      methods: Object.keys(handlers),
      access: 'anonymous',
      bodyBytesMax: DASHBOARD_BODY_BYTES_MAX,
      answer: (request) => handlers[request.method]?.(request) ?? Promise.reject(unauthorized()),
    },
  ];
}

async function makeLink(deps: SessionDeps, { user }: ExtensionRequest): Promise<ExtensionAnswer> {
  // Else who has got hold of a session once would have one for ever.
  if (user.proof?.type === 'session')
    throw forbidden(undefined, '', 'a session of the dashboard makes no login links; use gantry dashboard');
  const nowMs = deps.clock.nowMs();
  const untilMs = Math.min(nowMs + SESSION_VALID_MS, user.proof?.expiresAtMs ?? Infinity);
  const pass: Pass = { name: user.name, groups: user.groups, id: deps.ids.uid(), untilMs };
  const expiresAtMs = nowMs + LOGIN_VALID_MS;
  const token = await deps.tokens.issuePass('login', pass, expiresAtMs);
  const body = {
    token,
    // Behind the #: no server and no log ever sees it.
    path: `${PAGE_PATH}#login=${token}`,
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
  return { status: 200, headers: NOT_KEPT, body };
}

const NOT_KEPT = { 'Cache-Control': 'no-store' };

async function logIn(
  deps: SessionDeps,
  failures: RecentMap<TokenBucket>,
  { body, credentials, remoteAddress, requestId }: ExtensionRequest,
): Promise<ExtensionAnswer> {
  // Else another page could log its visitor in as somebody else.
  refuseForeign(credentials);
  const failed = bucketOf(deps.clock, failures, remoteAddress);
  const { token } = sentTexts(body, 'token');
  const nowMs = deps.clock.nowMs();
  const pass = await deps.tokens.readPass('login', token, nowMs);
  if ('error' in pass) throw failed(`${pass.error} (${NEW_LINK})`);
  if (!(await deps.sessions.useOnce(pass.id, pass.expiresAtMs)))
    throw failed(`this login link has been used; ${NEW_LINK}`);
  const session = { name: pass.name, groups: pass.groups, id: deps.ids.uid(), untilMs: pass.untilMs };
  const expiresAtMs = Math.floor(pass.untilMs / 1000) * 1000;
  const value = await deps.tokens.issuePass('session', session, expiresAtMs);
  if (value.length > COOKIE_LENGTH_MAX) throw badRequest('this user has too many groups for a cookie');
  deps.logger.info('dashboard session begun', { user: pass.name, session: session.id, requestId });
  const seconds = Math.max(0, Math.floor((expiresAtMs - nowMs) / 1000));
  return described({ ...session, expiresAtMs }, cookie(deps, credentials.secure, value, seconds));
}

/** @returns what counts a failure. @throws StatusError 429 when there were too many of late. */
function bucketOf(
  clock: Clock,
  failures: RecentMap<TokenBucket>,
  address: string,
): (sentence: string) => Error {
  const bucket = failures.get(address) ?? new TokenBucket(clock, FAILURES);
  if (!bucket.holds()) throw tooManyRequests('too many logins have failed; try again in a moment', 2);
  return (sentence) => {
    bucket.tryTake();
    failures.set(address, bucket);
    return unauthorized(sentence);
  };
}

async function describe(deps: SessionDeps, request: ExtensionRequest): Promise<ExtensionAnswer> {
  refuseForeign(request.credentials);
  return described(await present(deps, request));
}

async function logOut(deps: SessionDeps, request: ExtensionRequest): Promise<ExtensionAnswer> {
  refuseForeign(request.credentials);
  const { id, name, expiresAtMs } = await present(deps, request);
  await deps.sessions.end(id, expiresAtMs);
  deps.logger.info('dashboard session ended', { user: name, session: id, requestId: request.requestId });
  const headers = { ...NOT_KEPT, ...cookie(deps, request.credentials.secure, '', 0) };
  return { status: 200, headers, body: { status: 'Success' } };
}

async function present(deps: SessionDeps, { credentials }: ExtensionRequest) {
  const { headers, secure } = credentials;
  const token = cookieOf(headers.cookie, cookieName(deps.authorityFingerprint, secure));
  if (token === undefined) throw unauthorized(`there is no session; ${NEW_LINK}`);
  const found = await sessionOf(deps, token);
  if ('error' in found) throw unauthorized(found.error);
  return found;
}

function refuseForeign(credentials: ExtensionRequest['credentials']): void {
  const foreign = foreignness(credentials);
  if (foreign === undefined) return;
  throw foreign.code === 403 ? forbidden(undefined, '', foreign.error) : unauthorized(foreign.error);
}

function described(
  { name, groups, expiresAtMs }: { name: string; groups: readonly string[]; expiresAtMs: number },
  headers: Readonly<Record<string, string>> = {},
): ExtensionAnswer {
  const body = { user: name, groups, expiresAt: new Date(expiresAtMs).toISOString() };
  return { status: 200, headers: { ...NOT_KEPT, ...headers }, body };
}

function cookie(
  deps: Pick<SessionDeps, 'authorityFingerprint'>,
  secure: boolean,
  value: string,
  maxAgeSeconds: number,
): Readonly<Record<string, string>> {
  const name = cookieName(deps.authorityFingerprint, secure);
  return { 'Set-Cookie': setCookie(name, value, secure, maxAgeSeconds) };
}
