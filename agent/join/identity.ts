// The agent's certificate: got once with a join token, kept on disk, renewed before it ends. The private key is
// made here and never leaves the host.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNodeTransport } from '@gantry/api/node-transport';
import type { Clock } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';
import { trustedAuthority } from './trusted-authority.ts';

x509.cryptoProvider.set(webcrypto);

/** PEM texts with which the agent talks to the control plane. */
export interface AgentIdentity {
  ca: string;
  cert: string;
  key: string;
}

/** How to get an identity. */
export interface JoinOptions {
  clock: Clock;
  server: string;
  nodeName: string;
  /** Folder for the agent's keys. */
  folder: string;
  /** Needed only at the first start. */
  token?: string;
  /** PEM of the cluster's CA; without it, the one whose fingerprint the token carries is trusted. */
  ca?: string;
  signal?: AbortSignal;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const REQUEST_TIMEOUT_MS = 10_000;
/** Renewed when a third of its life is left. */
const RENEW_AT_SHARE_LEFT = 1 / 3;
const FILES = { ca: 'ca.crt', cert: 'agent.crt', key: 'agent.key' } as const;

/**
 * The identity on disk, or a new one from the control plane.
 *
 * @throws OperationalError `join-needs-token`, `join-refused` (with the control plane's reason), or a transport error.
 */
export async function obtainIdentity(options: JoinOptions): Promise<AgentIdentity> {
  const present = readIdentity(options);
  if (present !== undefined) return present;
  if (options.token === undefined) {
    throw new OperationalError(
      'join-needs-token',
      'This agent has no certificate yet. Give it a join token with --token (make one with: gantry token create --join).',
    );
  }
  const ca = options.ca ?? (await trustedAuthority(options.server, options.token));
  const body = { token: options.token, nodeName: options.nodeName };
  return request(options, '/gantry/v1/join', { ca }, body);
}

/** A fresh certificate for the same node, asked for with the present one. Written to disk before it is returned. */
export async function renewIdentity(options: JoinOptions, present: AgentIdentity): Promise<AgentIdentity> {
  return request(options, '/gantry/v1/renew', present, {});
}

/** When to renew, milliseconds since the epoch. */
export function renewAtMs(identity: AgentIdentity): number {
  const { notBefore, notAfter } = new x509.X509Certificate(identity.cert);
  return notAfter.getTime() - (notAfter.getTime() - notBefore.getTime()) * RENEW_AT_SHARE_LEFT;
}

function readIdentity({ folder, clock }: JoinOptions): AgentIdentity | undefined {
  if (!existsSync(join(folder, FILES.cert))) return undefined;
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const identity = { ca: read(FILES.ca), cert: read(FILES.cert), key: read(FILES.key) };
  const ended = new x509.X509Certificate(identity.cert).notAfter.getTime() < clock.nowMs();
  return ended ? undefined : identity;
}

async function request(
  options: JoinOptions,
  path: string,
  tls: { ca: string; cert?: string; key?: string },
  body: Record<string, string>,
): Promise<AgentIdentity> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificateRequest = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [options.nodeName] }],
    keys,
    signingAlgorithm: ALGORITHM,
  });
  const connection = createNodeTransport({ server: options.server, ...tls });
  try {
    const answer = await connection.transport({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, certificateRequest: certificateRequest.toString('pem') }),
      timeoutMs: REQUEST_TIMEOUT_MS,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const said = JSON.parse(await textOf(answer.body)) as Record<string, string>;
    if (answer.status !== 200) {
      throw new OperationalError(
        'join-refused',
        `The control plane refused this agent: ${said['message'] ?? answer.status}`,
      );
    }
    const key = x509.PemConverter.encode(
      await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
      'PRIVATE KEY',
    );
    const identity = { ca: said['certificateAuthority'] ?? '', cert: said['certificate'] ?? '', key };
    writeIdentity(options.folder, identity);
    return identity;
  } finally {
    await connection.close();
  }
}

/** The certificate last: a certificate on disk always has its key. */
function writeIdentity(folder: string, identity: AgentIdentity): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const part of ['ca', 'key', 'cert'] as const) {
    const file = join(folder, FILES[part]);
    writeFileSync(`${file}.new`, identity[part], { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
