// Signed tokens: bearer tokens of users, and join tokens of agents. A token proves itself; nothing is stored.
import { SignJWT, errors, importPKCS8, jwtVerify } from 'jose';
import { createPublicKey } from 'node:crypto';

/** What a bearer token says. */
export interface TokenUser {
  name: string;
  groups: readonly string[];
}

/** Why a token is no good; a sentence for the user. */
export interface TokenProblem {
  error: string;
}

/** Issues and reads tokens. */
export interface Tokens {
  issueUserToken(user: TokenUser, validSeconds: number, nowMs: number): Promise<string>;
  readUserToken(token: string, nowMs: number): Promise<TokenUser | TokenProblem>;
  issueJoinToken(validSeconds: number, nowMs: number): Promise<string>;
  /** Undefined when the token is good. */
  problemOfJoinToken(token: string, nowMs: number): Promise<TokenProblem | undefined>;
}

const ALGORITHM = 'ES256';
const ISSUER = 'gantry';
const USER_AUDIENCE = 'gantry-api';
const JOIN_AUDIENCE = 'gantry-join';
/** Clocks of hosts may differ by this much. */
const CLOCK_TOLERANCE_S = 5;

/**
 * Tokens signed with the cluster's key.
 *
 * @param keyPem PKCS #8, P-256.
 * @param authorityFingerprint of the cluster's CA; carried by join tokens, so that an agent knows its server.
 */
export async function createTokens(keyPem: string, authorityFingerprint: string): Promise<Tokens> {
  const signingKey = await importPKCS8(keyPem, ALGORITHM);
  const publicKey = createPublicKey(keyPem);
  const issue = (claims: Record<string, unknown>, audience: string, validSeconds: number, nowMs: number) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setIssuedAt(Math.floor(nowMs / 1000))
      .setExpirationTime(Math.floor(nowMs / 1000) + validSeconds)
      .sign(signingKey);
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
      try {
        const { payload } = await read(token, USER_AUDIENCE, nowMs);
        const groups = Array.isArray(payload['groups']) ? payload['groups'].map(String) : [];
        return { name: payload.sub ?? '', groups };
      } catch (error) {
        return { error: problemOf(error, 'bearer token') };
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

function problemOf(error: unknown, what: string): string {
  if (error instanceof errors.JWTExpired) return `the ${what} has expired; ask for a new one`;
  if (error instanceof errors.JWTClaimValidationFailed) return `the ${what} is meant for something else`;
  return `the ${what} is not one of this cluster`;
}
