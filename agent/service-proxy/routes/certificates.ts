// Certificates of listeners: from Secrets to files that HAProxy takes. Pure.
import { createHash } from 'node:crypto';
import { decodeBase64 } from '@gantry/api/base64';
import type { CertificateRef } from '@gantry/api/gateway/references';
import type { Secret } from '@gantry/api/kinds/secret';
import { readCertificatePair } from '@gantry/kit/certificate-pair';

/** A file by a name that says its content, or what is wrong. */
export type CertificateFile = { file: string; pem: string } | { problem: string };

const HASH_LENGTH = 32;

/** Reads the Secret that a listener names. */
export function certificateFile(ref: CertificateRef, secrets: ReadonlyMap<string, Secret>): CertificateFile {
  const name = `${ref.namespace}/${ref.name}`;
  const secret = secrets.get(name);
  if (secret === undefined) return { problem: `Secret ${name} is not there` };
  const [certificate, key] = [textOf(secret, 'tls.crt'), textOf(secret, 'tls.key')];
  const pair = readCertificatePair(certificate, key);
  if ('problem' in pair) return { problem: `Secret ${name}: ${pair.problem}` };
  const hash = createHash('sha256').update(pair.pem).digest('hex').slice(0, HASH_LENGTH);
  return { file: `cert-${hash}.pem`, pem: pair.pem };
}

function textOf({ data = {} }: Secret, entry: string): string {
  return decodeBase64(data[entry] ?? '') ?? '';
}
