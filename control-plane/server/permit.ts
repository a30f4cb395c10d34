// Who asks, and may they: authentication, then authorization by the request line, before a body is read.
import type { StatusError } from '@gantry/api/status-error';
import { forbidden, unauthorized } from '@gantry/api/status-error';
import type { Middleware } from 'koa';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { ServerDeps } from './deps.ts';
import { peerCertificateOf } from './peer-certificate.ts';
import type { Credentials, RequestAttributes, Security, User } from './security.ts';
import { ANONYMOUS, AUTHENTICATED_GROUP } from './security.ts';
import type { RequestState } from './state.ts';

/** Lets in who is known and allowed. */
export function permit(deps: Pick<ServerDeps, 'security'>): Middleware<RequestState> {
  return async (context, next) => {
    const user = await identify(deps.security, context.req);
    context.state.user = user;
    authorize(deps.security, user, context.state.info);
    await next();
  };
}

/**
 * The sender of a request.
 *
 * @throws StatusError 401 without good credentials.
 */
export async function identify(security: Security, request: IncomingMessage): Promise<User> {
  const found = await security.authenticate(credentialsOf(request));
  if (found === undefined) throw unauthorized();
  if ('error' in found && found.code === 403) throw forbidden(undefined, '', found.error);
  if ('error' in found) throw unauthorized(`Unauthorized: ${found.error}`);
  if (found.name === ANONYMOUS.name || found.groups.includes(AUTHENTICATED_GROUP)) return found;
  return { ...found, groups: [...found.groups, AUTHENTICATED_GROUP] };
}

/** What of a request identifies its sender. */
export function credentialsOf(request: IncomingMessage): Credentials {
  const peerCertificate = peerCertificateOf(request.socket);
  return {
    headers: request.headers,
    method: request.method ?? 'GET',
    secure: request.socket instanceof TLSSocket,
    upgrade: request.headers.upgrade !== undefined,
    ...(peerCertificate === undefined ? {} : { peerCertificate }),
  };
}

/** @throws StatusError 403 in Kubernetes' words, with the reason at the end. */
export function authorize(security: Security, user: User, info: RequestAttributes): void {
  const { allowed, reason } = security.authorize(user, info);
  if (!allowed) throw denied(user, info, reason);
}

function denied(user: User, info: RequestAttributes, reason: string): StatusError {
  const because = reason === '' ? '' : `: ${reason}`;
  const who = `User "${user.name}" cannot ${info.verb}`;
  if (!info.isResourceRequest) return forbidden(undefined, '', `${who} path "${info.path}"${because}`);
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const where = info.namespace === '' ? 'at the cluster scope' : `in the namespace "${info.namespace}"`;
  const sentence = `${who} resource "${resource}" in API group "${info.group}" ${where}${because}`;
  return forbidden({ group: info.group, resource: info.resource }, info.name, sentence);
}
