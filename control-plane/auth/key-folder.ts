// The cluster's keys on disk: made at first start, read at every other. Files are written once, whole, and
// readable by their owner only; a key that exists is never replaced by another.
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { KeyPair, SigningInputs } from './certificates.ts';
import { REPLICA_GROUP } from './authorize.ts';
import { createAuthority, expiresAtMs, fingerprintOf, issueKeyPair } from './certificates.ts';

const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 365;
/** A leaf is made anew at a start when less than this is left of it. */
const RENEW_BEFORE_MS = 30 * 86_400_000;
const REPLICA_USER = 'system:gantry:replica';
const OWNER_ONLY = 0o600;

/** Everything that the control plane needs to prove itself and to recognise others. */
export interface ClusterKeys {
  authority: KeyPair;
  server: KeyPair;
  admin: KeyPair;
  /** By which this replica shows others that it is one. */
  replica: KeyPair;
  /** PKCS #8, signs tokens. */
  tokenKey: string;
  authorityFingerprint: string;
}

/** Names under which the server may be reached. */
export interface ServerNames {
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
}

/** Reads the keys below `folder`, making those that are missing or about to expire. */
export async function loadOrCreateKeys(
  folder: string,
  names: ServerNames,
  inputs: SigningInputs,
): Promise<ClusterKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = await pairAt(folder, 'ca', () => createAuthority('gantry-ca', AUTHORITY_DAYS, inputs));
  const admin = await leafAt(folder, 'admin', inputs, () =>
    issueKeyPair(
      authority,
      { commonName: 'admin', organizations: ['system:masters'], usage: 'client', validDays: LEAF_DAYS },
      inputs,
    ),
  );
  // The names may differ from one start to the next, so the server's certificate is always new.
  const server = await issueKeyPair(
    authority,
    { commonName: 'gantry-server', organizations: [], usage: 'server', validDays: LEAF_DAYS, ...names },
    inputs,
  );
  const replica = await issueKeyPair(
    authority,
    {
      ...{ commonName: REPLICA_USER, organizations: [REPLICA_GROUP] },
      ...{ usage: 'client' as const, validDays: LEAF_DAYS },
    },
    inputs,
  );
  const tokens = await pairAt(folder, 'tokens', () =>
    createAuthority('gantry-tokens', AUTHORITY_DAYS, inputs),
  );
  const authorityFingerprint = await fingerprintOf(authority.certificate);
  return { authority, server, admin, replica, tokenKey: tokens.key, authorityFingerprint };
}

/** Writes a kubeconfig for the admin, unless it already says the same. */
export function writeKubeconfig(file: string, server: string, keys: ClusterKeys): void {
  const inline = (pem: string): string => Buffer.from(pem).toString('base64');
  const text = stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'gantry',
      clusters: [
        {
          name: 'gantry',
          cluster: { server, 'certificate-authority-data': inline(keys.authority.certificate) },
        },
      ],
      users: [
        {
          name: 'admin',
          user: {
            'client-certificate-data': inline(keys.admin.certificate),
            'client-key-data': inline(keys.admin.key),
          },
        },
      ],
      contexts: [{ name: 'gantry', context: { cluster: 'gantry', user: 'admin' } }],
    },
    { lineWidth: 0 },
  );
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeWhole(file, text);
}

/** Writes a file so that a reader sees the old or the new text, never a part. */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.new`;
  writeFileSync(temporary, text, { mode: OWNER_ONLY });
  renameSync(temporary, file);
}

async function leafAt(
  folder: string,
  name: string,
  inputs: SigningInputs,
  make: () => Promise<KeyPair>,
): Promise<KeyPair> {
  const present = await pairAt(folder, name, make);
  if (expiresAtMs(present.certificate) - inputs.nowMs > RENEW_BEFORE_MS) return present;
  for (const ending of ['crt', 'key']) rmSync(join(folder, `${name}.${ending}`), { force: true });
  return pairAt(folder, name, make);
}

/** The pair on disk, or a new one. The key is written first: a certificate on disk always has its key. */
async function pairAt(folder: string, name: string, make: () => Promise<KeyPair>): Promise<KeyPair> {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  if (existsSync(files.certificate)) {
    return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  }
  const made = await make();
  writeWhole(files.key, made.key);
  createOnce(files.certificate, made.certificate);
  return made;
}

/** Fails when the file has come to be meanwhile: two first starts in one folder must not mix their keys. */
function createOnce(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.new`;
  writeFileSync(temporary, text, { mode: OWNER_ONLY });
  try {
    linkSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}
