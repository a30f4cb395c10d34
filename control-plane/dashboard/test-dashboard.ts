// A control plane with logins for tests: users by bearer token are real, and so are sessions.
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds } from '@gantry/kit/random';
import type { Clock } from '@gantry/kit/clock';
import { createAuthenticate } from '../auth/authenticate.ts';
import { createAuthorization } from '../auth/authorize.ts';
import { createAuthority } from '../auth/certificates.ts';
import { createSessions } from '../auth/sessions.ts';
import { createTokens, type Tokens } from '../auth/tokens.ts';
import type { CacheParts, ControlPlane, ControlPlaneOptions } from '../control-plane.ts';
import { startTestServer } from '../server/test-server.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { seededRandom } from '@gantry/kit/random';
import { pageExtensions } from './page-extension.ts';
import { sessionExtensions } from './session-extensions.ts';
import type { Store } from '../store/store.ts';

export const FINGERPRINT = 'ab12cd34ef';
/** The header that the page sends with what is no GET. */
export const FROM_PAGE = { 'x-gantry-dashboard': '1' };

/** A running server and what its users can do from outside. */
export interface TestDashboard {
  plane: ControlPlane;
  tokens: Tokens;
  store: Store;
  /** `Authorization` of a user. */
  bearer(name: string, ...groups: string[]): Promise<Record<string, string>>;
  /** Logs in and gives the headers that the page's requests have. */
  page(name: string, ...groups: string[]): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

/** What a test chooses. */
export interface TestDashboardOptions {
  store?: Store;
  tokens?: Tokens;
  clock?: Clock;
  pageFolder?: string;
  fingerprint?: string;
  parts?: Partial<CacheParts>;
  serve?: ControlPlaneOptions['serve'];
}

/** Keys of a cluster of its own. */
export async function testTokens(seed = 1): Promise<Tokens> {
  const inputs = { nowMs: systemClock.nowMs(), random: seededRandom(seed) };
  return createTokens((await createAuthority('tokens', 100, inputs)).key, FINGERPRINT);
}

/** Starts one; replicas share `store` and `tokens`. */
export async function startTestDashboard(options: TestDashboardOptions = {}): Promise<TestDashboard> {
  const store = options.store ?? createMemoryStore();
  const tokens = options.tokens ?? (await testTokens());
  const clock = options.clock ?? systemClock;
  const authorityFingerprint = options.fingerprint ?? FINGERPRINT;
  const end = new AbortController();
  const sessions = createSessions({ store, clock, logger: silentLogger });
  void sessions.run(end.signal);
  const deps = { tokens, clock, sessions, authorityFingerprint, ids: systemIds, logger: silentLogger };
  const plane = await startTestServer({
    store,
    parts: (cache) => ({
      security: { authenticate: createAuthenticate(deps), ...createAuthorization(cache) },
      extensions: [
        ...pageExtensions({ folder: options.pageFolder ?? '/nonexistent', logger: silentLogger }),
        ...sessionExtensions(deps),
      ],
      ...options.parts,
    }),
    ...(options.serve === undefined ? {} : { serve: options.serve }),
  });
  const bearer = async (name: string, ...groups: string[]): Promise<Record<string, string>> => ({
    authorization: `Bearer ${await tokens.issueUserToken({ name, groups }, 3600, clock.nowMs())}`,
  });
  const origin = { origin: plane.url };
  return {
    ...{ plane, tokens, store, bearer },
    async page(name, ...groups) {
      const link = await send(
        plane.url,
        'POST',
        '/gantry/v1/dashboard/login-link',
        await bearer(name, ...groups),
      );
      const { token } = (await link.json()) as { token: string };
      const answer = await send(
        plane.url,
        'POST',
        '/gantry/v1/dashboard/session',
        { ...origin, ...FROM_PAGE },
        { token },
      );
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
      return { cookie, ...origin, ...FROM_PAGE };
    },
    async stop() {
      end.abort();
      await plane.stop();
    },
  };
}

/** A request as a program sends it: no header is added that a browser would add. */
export function send(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object,
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
