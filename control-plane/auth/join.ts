// How an agent gets and renews its client certificate. The private key never leaves the agent.
import { leaseKind } from '@gantry/api/kinds/lease';
import { badRequest, forbidden, unauthorized } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { CacheReader } from '../cache/cache.ts';
import type { Extension, ExtensionRequest } from '../server/extension.ts';
import { signRequest, type KeyPair } from './certificates.ts';
import { NODE_LEASE_NAMESPACE, NODE_USER_PREFIX, nodeOfUser } from './node-authorizer.ts';
import type { Tokens } from './tokens.ts';

/** What joining needs. */
export interface JoinDeps {
  authority: KeyPair;
  tokens: Tokens;
  cache: CacheReader;
  clock: Clock;
  random: Random;
}

export const JOIN_PATH = '/gantry/v1/join';
export const RENEW_PATH = '/gantry/v1/renew';
const CERTIFICATE_DAYS = 30;
/** A node whose Lease was renewed within this time is in use: its name is not given to another machine. */
const NAME_IN_USE_MS = 15_000;
const NODE_NAME = /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/;

/** The two paths: `join` with a token, `renew` with the certificate that is about to end. */
export function joinExtensions(deps: JoinDeps): Extension[] {
  return [
    {
      path: JOIN_PATH,
      methods: ['POST'],
      access: 'anonymous',
      answer: async (request) => {
        const { token, nodeName, certificateRequest } = readBody(request);
        const problem = await deps.tokens.problemOfJoinToken(token, deps.clock.nowMs());
        if (problem !== undefined)
          throw unauthorized(`${problem.error} (make one with: gantry token create --join)`);
        refuseNameInUse(deps, nodeName);
        return { status: 200, body: await certify(deps, nodeName, certificateRequest) };
      },
    },
    {
      path: RENEW_PATH,
      methods: ['POST'],
      access: 'authorized',
      answer: async (request) => {
        const node = nodeOfUser(request.user);
        if (node === undefined) throw badRequest('only an agent renews a node certificate');
        const { certificateRequest } = readBody(request);
        return { status: 200, body: await certify(deps, node, certificateRequest) };
      },
    },
  ];
}

async function certify(deps: JoinDeps, node: string, request: string): Promise<object> {
  try {
    const certificate = await signRequest(
      deps.authority,
      request,
      {
        commonName: `${NODE_USER_PREFIX}${node}`,
        organizations: ['system:nodes'],
        usage: 'client',
        validDays: CERTIFICATE_DAYS,
      },
      { nowMs: deps.clock.nowMs(), random: deps.random },
    );
    return { certificate, certificateAuthority: deps.authority.certificate };
  } catch (error) {
    throw badRequest(`certificateRequest: cannot be signed: ${messageOf(error)}`);
  }
}

function refuseNameInUse(deps: JoinDeps, name: string): void {
  const lease = deps.cache.get(leaseKind, { namespace: NODE_LEASE_NAMESPACE, name });
  const renewedMs = Date.parse(lease?.spec?.renewTime ?? '');
  if (deps.clock.nowMs() - renewedMs < NAME_IN_USE_MS) {
    throw forbidden(
      undefined,
      name,
      `a node named "${name}" is in use; choose another with --name, or stop that agent first`,
    );
  }
}

function readBody(request: ExtensionRequest): {
  token: string;
  nodeName: string;
  certificateRequest: string;
} {
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw badRequest('the body is not JSON');
  }
  const field = (name: string): string => {
    const value = (body as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' ? value : '';
  };
  const nodeName = field('nodeName');
  if (request.path === JOIN_PATH && !NODE_NAME.test(nodeName)) {
    throw badRequest(`nodeName: "${nodeName}" is no node name: lower-case letters, digits, "-" and "." only`);
  }
  return { token: field('token'), nodeName, certificateRequest: field('certificateRequest') };
}
