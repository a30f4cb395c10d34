import { createHash, X509Certificate } from 'node:crypto';
import test from 'ava';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { PeerCertificate } from '../server/security.ts';
import { createAuthenticate } from './authenticate.ts';
import { createAuthority, fingerprintOf, issueKeyPair, type KeyPair } from './certificates.ts';
import { createTokens } from './tokens.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const inputs = { nowMs: NOW_MS, random: seededRandom(1) };
const DAY_S = 86_400;
/** A plain request over TLS. */
const GET = { method: 'GET', secure: true, upgrade: false };

function peer(pair: KeyPair, authority: KeyPair): PeerCertificate {
  const certificate = new X509Certificate(pair.certificate);
  const trusted = certificate.verify(new X509Certificate(authority.certificate).publicKey);
  return {
    raw: certificate.raw,
    fingerprint256: createHash('sha256').update(certificate.raw).digest('hex'),
    trusted,
    ...(trusted ? {} : { trustError: 'unable to verify the first certificate' }),
  };
}

async function world() {
  const authority = await createAuthority('test', 100, inputs);
  const keys = await createAuthority('tokens', 100, inputs);
  const tokens = await createTokens(keys.key, await fingerprintOf(authority.certificate));
  const clock = new VirtualClock(NOW_MS);
  const admin = await issueKeyPair(
    authority,
    { commonName: 'admin', organizations: ['system:masters', 'team'], usage: 'client', validDays: 10 },
    inputs,
  );
  return {
    ...{ authority, tokens, clock, admin },
    authenticate: createAuthenticate({
      ...{ tokens, clock, authorityFingerprint: 'ab12cd34' },
      sessions: { hasEnded: () => false },
    }),
  };
}

test('a certificate of the cluster names its user and groups', async (t) => {
  const { authenticate, admin, authority } = await world();
  t.like(await authenticate({ ...GET, headers: {}, peerCertificate: peer(admin, authority) }), {
    name: 'admin',
    groups: ['system:masters', 'team'],
  });
});

test('a certificate is read once, however many others are shown meanwhile', async (t) => {
  const { authenticate, admin, authority } = await world();
  const shown = peer(admin, authority);
  const unreadable = new Uint8Array(1);
  const show = (peerCertificate: PeerCertificate) => authenticate({ ...GET, headers: {}, peerCertificate });
  await show(shown);
  for (let node = 0; node < 1_100; node += 1) await show({ ...shown, fingerprint256: `node-${node}` });
  t.like(await show({ ...shown, raw: unreadable }), { name: 'admin' });
  t.like(await show({ ...shown, raw: unreadable, fingerprint256: 'node-0' }), { name: 'admin' });
});

test('a certificate of another CA is refused with a remedy', async (t) => {
  const { authenticate, authority } = await world();
  const other = await createAuthority('other', 100, inputs);
  const forged = await issueKeyPair(
    other,
    { commonName: 'admin', organizations: ['system:masters'], usage: 'client', validDays: 10 },
    inputs,
  );
  const answer = await authenticate({ ...GET, headers: {}, peerCertificate: peer(forged, authority) });
  t.regex(
    (answer as { error: string }).error,
    /not issued by this cluster.*use the cluster's own kubeconfig/,
  );
});

test('a certificate that has ended is refused', async (t) => {
  const { authenticate, admin, authority, clock } = await world();
  clock.advance(11 * DAY_S * 1000);
  const answer = await authenticate({ ...GET, headers: {}, peerCertificate: peer(admin, authority) });
  t.regex((answer as { error: string }).error, /expired/);
});

test('no credentials are no error: the server decides what anonymous users may do', async (t) => {
  const { authenticate } = await world();
  t.is(await authenticate({ ...GET, headers: {} }), undefined);
});

test('a bearer token names its user until it expires', async (t) => {
  const { authenticate, tokens, clock } = await world();
  const token = await tokens.issueUserToken({ name: 'ann', groups: ['gantry:viewers'] }, 60, NOW_MS);
  const headers = { authorization: `Bearer ${token}` };
  t.like(await authenticate({ ...GET, headers }), { name: 'ann', groups: ['gantry:viewers'] });
  clock.advance(70_000);
  t.deepEqual(await authenticate({ ...GET, headers }), {
    error: 'the bearer token has expired; ask for a new one',
  });
});

test('a bad token is refused even beside a good certificate', async (t) => {
  const { authenticate, admin, authority } = await world();
  const peerCertificate = peer(admin, authority);
  for (const authorization of ['Bearer nonsense', 'Basic abc', 'Bearer ']) {
    t.truthy(
      ((await authenticate({ ...GET, headers: { authorization }, peerCertificate })) as { error?: string })
        .error,
    );
  }
});

test('tokens of another cluster and of another purpose are refused', async (t) => {
  const { authenticate, tokens } = await world();
  const foreign = await createTokens((await createAuthority('x', 1, inputs)).key, 'ff');
  const forged = await foreign.issueUserToken({ name: 'admin', groups: ['system:masters'] }, 60, NOW_MS);
  t.deepEqual(await authenticate({ ...GET, headers: { authorization: `Bearer ${forged}` } }), {
    error: 'the bearer token is not one of this cluster',
  });
  const join = await tokens.issueJoinToken(60, NOW_MS);
  t.deepEqual(await authenticate({ ...GET, headers: { authorization: `Bearer ${join}` } }), {
    error: 'the bearer token is meant for something else',
  });
  const user = await tokens.issueUserToken({ name: 'ann', groups: [] }, 60, NOW_MS);
  t.regex((await tokens.problemOfJoinToken(user, NOW_MS))?.error ?? '', /meant for something else/);
  t.is(await tokens.problemOfJoinToken(join, NOW_MS), undefined);
  t.regex((await tokens.problemOfJoinToken(join, NOW_MS + 120_000))?.error ?? '', /expired/);
});

test('serial numbers are positive and differ', async (t) => {
  const { authority } = await world();
  const serials = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const pair = await issueKeyPair(
        authority,
        { commonName: idsFrom(seededRandom(seed)).uid(), organizations: [], usage: 'server', validDays: 1 },
        { nowMs: NOW_MS, random: seededRandom(seed) },
      );
      return new X509Certificate(pair.certificate).serialNumber;
    }),
  );
  t.is(new Set(serials).size, 3);
  for (const serial of serials) t.regex(serial, /^1/);
});
