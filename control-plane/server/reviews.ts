// Questions that a client asks about itself: who am I, may I do this, what may I do.
import { badRequest } from '@gantry/api/status-error';
import type { ServerDeps } from './deps.ts';
import type { Answer, Exchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { parseBody } from './request-body.ts';
import type { RequestAttributes, Security } from './security.ts';
import type { PathHandler } from './path-routes.ts';
import { recordOf } from './write-options.ts';

/** Adds the routes of the three reviews. */
export function reviewRoutes(
  post: (path: string, handler: PathHandler) => void,
  { security }: Pick<ServerDeps, 'security'>,
): void {
  post('/apis/authentication.k8s.io/v1/selfsubjectreviews', selfSubjectReview);
  post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', (exchange) =>
    accessReview(exchange, security),
  );
  post('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', (exchange) =>
    rulesReview(exchange, security),
  );
}

async function sentReview(exchange: Exchange, kind: string): Promise<Record<string, unknown>> {
  const sent = recordOf(parseBody(await exchange.readBody()), 'the body');
  if (sent['kind'] !== undefined && sent['kind'] !== kind)
    throw badRequest(`the body must be of kind ${kind}`);
  return sent;
}

async function selfSubjectReview(exchange: Exchange): Promise<Answer> {
  await sentReview(exchange, 'SelfSubjectReview');
  const { name: username, groups, uid, extra } = exchange.user;
  const userInfo = {
    username,
    groups,
    ...(uid === undefined ? {} : { uid }),
    ...(extra === undefined ? {} : { extra }),
  };
  return review('authentication.k8s.io/v1', 'SelfSubjectReview', { status: { userInfo } });
}

async function accessReview(exchange: Exchange, security: Security): Promise<Answer> {
  const sent = await sentReview(exchange, 'SelfSubjectAccessReview');
  const spec = recordOf(sent['spec'], 'spec');
  const { allowed, reason } = security.authorize(exchange.user, attributesOf(spec));
  return review('authorization.k8s.io/v1', 'SelfSubjectAccessReview', { spec, status: { allowed, reason } });
}

function attributesOf(spec: Record<string, unknown>): RequestAttributes {
  const resource = spec['resourceAttributes'];
  const path = spec['nonResourceAttributes'];
  if ((resource === undefined) === (path === undefined)) {
    throw badRequest('exactly one of spec.resourceAttributes and spec.nonResourceAttributes must be given');
  }
  const asked = recordOf(resource ?? path, 'the attributes');
  const text = (field: string): string => (typeof asked[field] === 'string' ? asked[field] : '');
  return {
    verb: text('verb'),
    isResourceRequest: resource !== undefined,
    path: text('path'),
    group: text('group'),
    version: text('version'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
    labelSelector: '',
    fieldSelector: '',
  };
}

async function rulesReview(exchange: Exchange, security: Security): Promise<Answer> {
  const sent = await sentReview(exchange, 'SelfSubjectRulesReview');
  const spec = recordOf(sent['spec'], 'spec');
  const namespace = spec['namespace'];
  if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request');
  const unknown = { resourceRules: [], nonResourceRules: [], incomplete: true };
  const status = security.rulesFor?.(exchange.user, namespace) ?? unknown;
  return review('authorization.k8s.io/v1', 'SelfSubjectRulesReview', { spec, status });
}

function review(apiVersion: string, kind: string, rest: object): Answer {
  return valueAnswer({ kind, apiVersion, metadata: { creationTimestamp: null }, ...rest }, 201);
}
