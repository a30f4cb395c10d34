// Names a node across clusters: two clusters may share one Docker engine, and both may call a node "web-1".
// What a node makes on the engine carries this scope as its label.
import { X509Certificate } from 'node:crypto';

const FINGERPRINT_CHARACTERS = 10;

/** `<start of the CA's fingerprint>.<node>`; `authority` is the PEM of the cluster's CA. */
export function nodeScope(authority: string, node: string): string {
  const fingerprint = new X509Certificate(authority).fingerprint256.replaceAll(':', '').toLowerCase();
  return `${fingerprint.slice(0, FINGERPRINT_CHARACTERS)}.${node}`;
}
