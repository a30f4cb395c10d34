// A certificate with its key, as a server needs them: checked, and written anew in one plain form, so that a proxy that
// loads it cannot stumble over it.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { messageOf } from './operational-error.ts';

/** What OpenSSL asks of keys at its usual level of security. */
const RSA_BITS_MIN = 2_048;
const RSA_BITS_MAX = 8_192;
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const CHAIN_MAX = 10;
const PEM_MAX = 64 * 1_024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Certificates, the server's own first, and the key, in PEM. Secret. */
export type CertificatePair = { pem: string; notAfterMs: number } | { problem: string };

/** Reads certificate chain and key in PEM. Says what is wrong without quoting either. */
export function readCertificatePair(certificate: string, key: string): CertificatePair {
  if (certificate.length > PEM_MAX || key.length > PEM_MAX) return { problem: 'is too long' };
  const blocks = certificate.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) return { problem: '`tls.crt` holds no certificate in PEM' };
  if (blocks.length > CHAIN_MAX) return { problem: `has more than ${CHAIN_MAX} certificates` };
  const chain: X509Certificate[] = [];
  for (const block of blocks) {
    try {
      chain.push(new X509Certificate(block));
    } catch (error) {
      return { problem: `\`tls.crt\` cannot be read: ${messageOf(error).slice(0, 100)}` };
    }
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(key);
  } catch {
    return { problem: '`tls.key` holds no private key in PEM, or one with a password' };
  }
  const [own] = chain;
  if (own === undefined || !own.checkPrivateKey(privateKey))
    return { problem: 'the certificate does not match the key' };
  const weakness = chain.map(({ publicKey }) => weaknessOf(publicKey)).find((one) => one !== undefined);
  if (weakness !== undefined) return { problem: weakness };
  const exported = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return {
    pem: `${chain.map((one) => one.toString().trim()).join('\n')}\n${exported.trim()}\n`,
    notAfterMs: Date.parse(own.validTo),
  };
}

function weaknessOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string | undefined {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  switch (asymmetricKeyType) {
    case 'rsa':
      return modulusLength >= RSA_BITS_MIN && modulusLength <= RSA_BITS_MAX
        ? undefined
        : `an RSA key must have ${RSA_BITS_MIN} to ${RSA_BITS_MAX} bits`;
    case 'ec':
      return CURVES.has(namedCurve) ? undefined : 'an elliptic key must be on P-256, P-384 or P-521';
    case 'ed25519':
      return undefined;
    default:
      return 'the key must be RSA, elliptic or Ed25519';
  }
}
