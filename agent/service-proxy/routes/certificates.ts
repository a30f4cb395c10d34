// Certificates of listeners as files that HAProxy takes. Pure.
import { createHash } from 'node:crypto';

/** A file by a name that says its content. */
export interface CertificateFile {
  file: string;
  pem: string;
}

const HASH_LENGTH = 32;

/** The file of a certificate with its key, in PEM. */
export function certificateFile(pem: string): CertificateFile {
  const hash = createHash('sha256').update(pem).digest('hex').slice(0, HASH_LENGTH);
  return { file: `cert-${hash}.pem`, pem };
}
