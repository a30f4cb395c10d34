// The certificates of a listener or an Ingress: which Secrets can be used, and what is wrong with the others. Pure; who
// reads certificates is given, since this package runs in browsers too.
import type { CertificatePair } from '@gantry/kit/certificate-pair';
import { decodeBase64 } from '../base64.ts';
import type { ReferenceGrant } from '../kinds/reference-grant.ts';
import type { Secret } from '../kinds/secret.ts';
import type { PlacedListener } from './listeners.ts';
import { certificateRefs, type CertificateRef } from './references.ts';

/** What certificates are read from and by. */
export interface CertificateWorld {
  secret(ref: CertificateRef): Secret | undefined;
  grants(namespace: string): readonly ReferenceGrant[];
  /** Chain and key in PEM to one that a proxy takes; `readCertificatePair`. */
  readPair(certificate: string, key: string): CertificatePair;
}

/** Gateway API's words for condition ResolvedRefs of a listener. */
export interface CertificateProblem {
  reason: 'InvalidCertificateRef' | 'RefNotPermitted';
  message: string;
}

/** The certificate that a Secret holds, or what is wrong with it. Secret. */
export function readCertificate(
  ref: CertificateRef,
  { secret, readPair }: Pick<CertificateWorld, 'secret' | 'readPair'>,
): { pem: string } | CertificateProblem {
  const reason = 'InvalidCertificateRef';
  const name = `${ref.namespace}/${ref.name}`;
  const found = secret(ref);
  if (found === undefined) return { reason, message: `Secret ${name} is not there` };
  const pair = readPair(textOf(found, 'tls.crt'), textOf(found, 'tls.key'));
  return 'problem' in pair ? { reason, message: `Secret ${name}: ${pair.problem}` } : { pem: pair.pem };
}

/** Certificates that a listener works with. One without protocol HTTPS needs none; one with needs one that is good. */
export function listenerCertificates(
  { gateway, listener, protocol }: PlacedListener,
  world: CertificateWorld,
): { pems: readonly string[]; problems: readonly CertificateProblem[] } {
  if (protocol !== 'https' || listener.tls?.mode === 'Passthrough') return { pems: [], problems: [] };
  const { allowed, problems } = certificateRefs(gateway, listener, (namespace) => world.grants(namespace));
  if (allowed.length === 0 && problems.length === 0) {
    const message = 'protocol HTTPS needs a certificate: name a Secret in `tls.certificateRefs`';
    return { pems: [], problems: [{ reason: 'InvalidCertificateRef', message }] };
  }
  const read = allowed.map((ref) => readCertificate(ref, world));
  return {
    pems: read.flatMap((one) => ('pem' in one ? one.pem : [])),
    problems: [...problems, ...read.flatMap((one) => ('pem' in one ? [] : one))],
  };
}

function textOf({ data = {} }: Secret, entry: string): string {
  return decodeBase64(data[entry] ?? '') ?? '';
}
