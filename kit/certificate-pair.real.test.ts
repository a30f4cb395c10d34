// Certificates and keys as users bring them: what is taken, in which form, and what is said of the rest.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import test from 'ava';
import { readCertificatePair } from './certificate-pair.ts';

interface Pair {
  certificate: string;
  key: string;
}

const folder = mkdtempSync(join(tmpdir(), 'pair-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
/** A self-signed certificate; `algorithm` is in openssl's words. */
function pairOf(...algorithm: string[]): Pair {
  made += 1;
  const [key, out] = [join(folder, `${made}.key`), join(folder, `${made}.crt`)];
  const args = ['req', '-x509', '-newkey', ...algorithm, '-days', '30', '-subj', `/CN=host-${made}`];
  execFileSync('openssl', [...args, '-nodes', '-keyout', key, '-out', out], { stdio: 'pipe' });
  return { certificate: readFileSync(out, 'utf8'), key: readFileSync(key, 'utf8') };
}

const onCurve = (curve: string): Pair => pairOf('ec', '-pkeyopt', `ec_paramgen_curve:${curve}`);
const good = onCurve('P-256');
const other = onCurve('P-256');
const problemOf = (certificate: string, key: string): string => {
  const read = readCertificatePair(certificate, key);
  return 'problem' in read ? read.problem : '';
};

const TAKEN: [name: string, pair: Pair][] = [
  ['RSA of 2048 bits', pairOf('rsa:2048')],
  ['P-256', good],
  ['P-384', onCurve('P-384')],
  ['P-521', onCurve('P-521')],
  ['Ed25519', pairOf('ed25519')],
];

for (const [name, { certificate, key }] of TAKEN)
  test(`${name} is taken`, (t) => {
    const read = readCertificatePair(certificate, key);
    if ('problem' in read) return t.fail(read.problem);
    t.is(read.notAfterMs, Date.parse(new X509Certificate(certificate).validTo));
    t.regex(
      read.pem,
      /^-----BEGIN CERTIFICATE-----[^]+-----BEGIN PRIVATE KEY-----[^]+-----END PRIVATE KEY-----\n$/,
    );
    // What was written is read the same way again.
    t.deepEqual(readCertificatePair(read.pem, read.pem), read);
  });

test('what stands around certificates and keys is left out, and any form of key is written in one', (t) => {
  const noisy = `# my certificate\n\r\nBag Attributes\n${good.certificate}\n'"} evil\n`;
  const file = join(folder, 'sec1.key');
  const input = join(folder, 'in.key');
  execFileSync('openssl', [
    'genpkey',
    '-algorithm',
    'EC',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-out',
    input,
  ]);
  execFileSync('openssl', ['ec', '-in', input, '-out', file], { stdio: 'pipe' });
  const sec1 = readFileSync(file, 'utf8');
  t.regex(sec1, /BEGIN EC PRIVATE KEY/);
  const out = join(folder, 'sec1.crt');
  execFileSync('openssl', ['req', '-x509', '-new', '-key', file, '-subj', '/CN=a', '-out', out]);
  const read = readCertificatePair(readFileSync(out, 'utf8'), sec1);
  t.regex('pem' in read ? read.pem : '', /BEGIN PRIVATE KEY/);
  t.deepEqual(readCertificatePair(noisy, good.key), readCertificatePair(good.certificate, good.key));
});

test('a chain keeps its order, the server first', (t) => {
  const read = readCertificatePair(good.certificate + other.certificate, good.key);
  const blocks =
    'pem' in read ? (read.pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []) : [];
  t.deepEqual(
    blocks.map((block) => new X509Certificate(block).subject),
    [good, other].map(({ certificate }) => new X509Certificate(certificate).subject),
  );
  t.is(problemOf(other.certificate + good.certificate, good.key), 'the certificate does not match the key');
});

const BAD: [what: string, certificate: string, key: string, problem: RegExp][] = [
  ['nothing', '', '', /`tls.crt` holds no certificate in PEM/],
  ['words', 'hello', good.key, /holds no certificate/],
  ['a key in place of a certificate', good.key, good.key, /holds no certificate/],
  [
    'a certificate that is none',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    good.key,
    /`tls.crt` cannot be read/,
  ],
  ['no key', good.certificate, '', /`tls.key` holds no private key/],
  ['the key of another', good.certificate, other.key, /does not match the key/],
  ['too many', good.certificate.repeat(11), good.key, /more than 10 certificates/],
  ['too much', 'x'.repeat(70_000), good.key, /is too long/],
];

for (const [what, certificate, key, problem] of BAD)
  test(`${what} is refused, without a word of either`, (t) => {
    const said = problemOf(certificate, key);
    t.regex(said, problem);
    t.notRegex(said, /BEGIN|AAAA/);
  });

test('weak keys are refused, also in the chain', (t) => {
  const weak = pairOf('rsa:1024');
  t.is(problemOf(weak.certificate, weak.key), 'an RSA key must have 2048 to 8192 bits');
  t.is(problemOf(good.certificate + weak.certificate, good.key), 'an RSA key must have 2048 to 8192 bits');
  const odd = onCurve('secp256k1');
  t.is(problemOf(odd.certificate, odd.key), 'an elliptic key must be on P-256, P-384 or P-521');
  const other = pairOf('ed448');
  t.is(problemOf(other.certificate, other.key), 'the key must be RSA, elliptic or Ed25519');
});

test('a key with a password is refused', (t) => {
  const file = join(folder, 'locked.key');
  const input = join(folder, 'open.key');
  execFileSync('openssl', [
    'genpkey',
    '-algorithm',
    'EC',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-out',
    input,
  ]);
  execFileSync('openssl', ['pkey', '-in', input, '-aes256', '-passout', 'pass:secret', '-out', file]);
  t.regex(problemOf(good.certificate, readFileSync(file, 'utf8')), /or one with a password/);
});
