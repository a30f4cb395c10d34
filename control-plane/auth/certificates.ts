// Makes and signs certificates (ECDSA P-256). Knows nothing of files or of who may have one.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
import type { Random } from '@gantry/kit/random';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A certificate is valid from a little before it was made: clocks of hosts differ. */
const BACKDATE_MS = 5 * 60_000;

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** Whom a certificate names and what it is good for. */
export interface CertificateSubject {
  commonName: string;
  /** Kubernetes reads organisations as groups. */
  organizations: readonly string[];
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
  usage: 'client' | 'server';
  validDays: number;
}

/** Time and chance of a signature. */
export interface SigningInputs {
  nowMs: number;
  random: Random;
}

/** Makes a self-signed certificate authority. */
export async function createAuthority(
  commonName: string,
  validDays: number,
  inputs: SigningInputs,
): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialFrom(inputs.random),
    name: [{ CN: [commonName] }],
    notBefore: new Date(inputs.nowMs - BACKDATE_MS),
    notAfter: new Date(inputs.nowMs + validDays * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** Makes a key and has the authority sign its certificate. */
export async function issueKeyPair(
  authority: KeyPair,
  subject: CertificateSubject,
  inputs: SigningInputs,
): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await sign(authority, subject, keys.publicKey, inputs);
  return { certificate, key: await exportKey(keys.privateKey) };
}

/**
 * Signs somebody else's key. The subject is ours: nothing but the public key is taken from the request.
 *
 * @param request PEM of a PKCS #10 request.
 * @throws Error when it cannot be read or its own signature is wrong.
 */
export async function signRequest(
  authority: KeyPair,
  request: string,
  subject: CertificateSubject,
  inputs: SigningInputs,
): Promise<string> {
  const parsed = new x509.Pkcs10CertificateRequest(request);
  if (!(await parsed.verify())) throw new Error('the signature of the certificate request is wrong');
  const publicKey = (await parsed.publicKey.export()) as webcrypto.CryptoKey;
  return sign(authority, subject, publicKey, inputs);
}

/** SHA-256 of the certificate's DER form, in hex: names an authority in a join token. */
export async function fingerprintOf(certificate: string): Promise<string> {
  const raw = new x509.X509Certificate(certificate).rawData;
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', raw)).toString('hex');
}

/** When the certificate ends, milliseconds since the epoch. */
export function expiresAtMs(certificate: string): number {
  return new x509.X509Certificate(certificate).notAfter.getTime();
}

async function sign(
  authority: KeyPair,
  subject: CertificateSubject,
  publicKey: webcrypto.CryptoKey,
  inputs: SigningInputs,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const usage =
    subject.usage === 'client' ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth;
  const names: x509.JsonGeneralNames = [
    ...(subject.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(subject.ipAddresses ?? []).map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialFrom(inputs.random),
    subject: [{ CN: [subject.commonName] }, ...subject.organizations.map((name) => ({ O: [name] }))],
    issuer: issuer.subjectName,
    notBefore: new Date(inputs.nowMs - BACKDATE_MS),
    notAfter: new Date(inputs.nowMs + subject.validDays * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer, false),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return certificate.toString('pem');
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (der === undefined) throw new Error('the key of the certificate authority cannot be read');
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

function serialFrom(random: Random): string {
  const hex = Array.from({ length: 30 }, () => Math.floor(random.next() * 16).toString(16)).join('');
  return `1${hex}0`;
}
