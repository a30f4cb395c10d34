// Signed tokens: bearer tokens of users, and join tokens of agents. A token proves itself; nothing is stored.
import { SignJWT, errors, importPKCS8, jwtVerify, type JWTPayload } from 'jose';
import { createPublicKey } from 'node:crypto';
import { RecentMap } from '@gantry/kit/recent-map';

/** For whom a token is. */
export interface TokenUser {
  name: string;
  groups: readonly string[];
}

/** What a bearer token says. */
export interface ReadToken extends TokenUser {
  expiresAtMs: number;
}

/** What the tokens of the dashboard are for: to log in once, or to show with each request after that. */
export type PassPurpose = 'login' | 'session';

/** What a token of the dashboard says. */
export interface Pass extends TokenUser {
  /** Of the login or the session. */
  id: string;
  /** When a session made with it ends at the latest: with the credentials that the link was asked for with. */
  untilMs: number;
}

/** Why a token is no good; a sentence for the user. */
export interface TokenProblem {
  error: string;
}

/** Issues and reads tokens. */
export interface Tokens {
  issueUserToken(user: TokenUser, validSeconds: number, nowMs: number): Promise<string>;
  readUserToken(token: string, nowMs: number): Promise<ReadToken | TokenProblem>;
  issuePass(purpose: PassPurpose, pass: Pass, expiresAtMs: number): Promise<string>;
  readPass(purpose: PassPurpose, token: string, nowMs: number): Promise<(Pass & ReadToken) | TokenProblem>;
  issueJoinToken(validSeconds: number, nowMs: number): Promise<string>;
  /** Undefined when the token is good. */
  problemOfJoinToken(token: string, nowMs: number): Promise<TokenProblem | undefined>;
}

const ALGORITHM = 'ES256';
const ISSUER = 'gantry';
const USER_AUDIENCE = 'gantry-api';
const JOIN_AUDIENCE = 'gantry-join';
const PASS_AUDIENCES = { login: 'gantry-dashboard-login', session: 'gantry-dashboard' } as const;
/** Clocks of hosts may differ by this much. */
const CLOCK_TOLERANCE_S = 5;
/** Good tokens of users that are known by sight: to check a signature costs more than most requests do. */
const KNOWN_MAX = 1_000;

/**
 * Tokens signed with the cluster's key.
 *
 * @param keyPem PKCS #8, P-256.
 * @param authorityFingerprint of the cluster's CA; carried by join tokens, so that an agent knows its server.
 */
export async function createTokens(keyPem: string, authorityFingerprint: string): Promise<Tokens> {
  const signingKey = await importPKCS8(keyPem, ALGORITHM);
  const publicKey = createPublicKey(keyPem);
  const good = new RecentMap<ReadToken>(KNOWN_MAX);
  const issueUntil = (claims: Record<string, unknown>, audience: string, expiresAtMs: number) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(signingKey);
  const issue = (claims: Record<string, unknown>, audience: string, validSeconds: number, nowMs: number) =>
    issueUntil({ ...claims, iat: Math.floor(nowMs / 1000) }, audience, nowMs + validSeconds * 1000);
  const read = async (token: string, audience: string, nowMs: number) =>
    jwtVerify(token, publicKey, {
      issuer: ISSUER,
      audience,
      algorithms: [ALGORITHM],
      currentDate: new Date(nowMs),
      clockTolerance: CLOCK_TOLERANCE_S,
    });
  return {
    issueUserToken: (user, validSeconds, nowMs) =>
      issue({ sub: user.name, groups: user.groups }, USER_AUDIENCE, validSeconds, nowMs),
    issueJoinToken: (validSeconds, nowMs) =>
      issue({ ca: authorityFingerprint }, JOIN_AUDIENCE, validSeconds, nowMs),
    async readUserToken(token, nowMs) {
      const known = good.get(token);
      if (known !== undefined && nowMs <= known.expiresAtMs) return known;
      try {
        const { payload } = await read(token, USER_AUDIENCE, nowMs);
        const user = userOf(payload);
        good.set(token, user);
        return user;
      } catch (error) {
        return { error: problemOf(error, 'bearer token') };
      }
    },
    issuePass: (purpose, { name, groups, id, untilMs }, expiresAtMs) =>
      issueUntil({ sub: name, groups, jti: id, untilMs }, PASS_AUDIENCES[purpose], expiresAtMs),
    async readPass(purpose, token, nowMs) {
      try {
        const { payload } = await read(token, PASS_AUDIENCES[purpose], nowMs);
        return { ...userOf(payload), id: payload.jti ?? '', untilMs: Number(payload['untilMs']) };
      } catch (error) {
        return { error: problemOf(error, purpose === 'login' ? 'login link' : 'session') };
      }
    },
    async problemOfJoinToken(token, nowMs) {
      return read(token, JOIN_AUDIENCE, nowMs).then(
        () => undefined,
        (error: unknown) => ({ error: problemOf(error, 'join token') }),
      );
    },
  };
}

function userOf(payload: JWTPayload): ReadToken {
  const groups = Array.isArray(payload['groups']) ? payload['groups'].map(String) : [];
  return { name: payload.sub ?? '', groups, expiresAtMs: (payload.exp ?? 0) * 1000 };
}

function problemOf(error: unknown, what: string): string {
  if (error instanceof errors.JWTExpired) return `the ${what} has expired; ask for a new one`;
  if (error instanceof errors.JWTClaimValidationFailed) return `the ${what} is meant for something else`;
  return `the ${what} is not one of this cluster`;
}
