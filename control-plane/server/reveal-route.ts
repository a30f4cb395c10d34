// Shows a Secret's values to a page, on request and on record: the Event and the log line are there before the answer
// is, and the values are in neither.
import { eventKind } from '@gantry/api/kinds/event';
import { secretKind, type Secret } from '@gantry/api/kinds/secret';
import { badRequest, notFound } from '@gantry/api/status-error';
import { newEvent } from '../engine/event-object.ts';
import type { ServerDeps } from './deps.ts';
import { valueAnswer, type Answer, type Exchange } from './exchange.ts';
import { freshen } from './freshen.ts';
import type { PathHandler } from './path-routes.ts';
import { authorize } from './permit.ts';
import { parseBody } from './request-body.ts';
import { requestInfo } from './request-info.ts';
import { recordOf } from './write-options.ts';

const PATH = '/gantry/v1/dashboard/reveal';
const COMPONENT = 'gantry-dashboard';
const REASON = 'SecretRevealed';

type Deps = Pick<ServerDeps, 'security' | 'cache' | 'resources' | 'ids' | 'clock' | 'logger'>;

/** Adds the route. */
export function revealRoute(post: (path: string, handler: PathHandler) => void, deps: Deps): void {
  post(PATH, async (exchange) => {
    const key = await sentKey(exchange);
    const path = `/api/v1/namespaces/${encodeURIComponent(key.namespace)}/secrets/${encodeURIComponent(key.name)}`;
    const info = requestInfo('GET', path, new URLSearchParams());
    if (info === undefined) throw badRequest('there is no Secret of that name');
    authorize(deps.security, exchange.user, info);
    return reveal(deps, exchange, key);
  });
}

async function sentKey(exchange: Exchange): Promise<{ namespace: string; name: string }> {
  const sent = recordOf(parseBody(await exchange.readBody()), 'the body');
  const text = (field: string): string => {
    const value = sent[field];
    if (typeof value === 'string' && value !== '') return value;
    throw badRequest(`${field}: must be a text`);
  };
  return { namespace: text('namespace'), name: text('name') };
}

async function reveal(
  deps: Deps,
  exchange: Exchange,
  key: { namespace: string; name: string },
): Promise<Answer> {
  await freshen(deps.cache, { type: 'newest' }, exchange.signal);
  const secret = deps.cache.get<Secret>(secretKind, key);
  if (secret === undefined) throw notFound(secretKind, key.name);
  await record(deps, exchange, secret);
  const { user, requestId } = exchange;
  deps.logger.info('secret revealed', { ...key, user: user.name, requestId });
  return valueAnswer({ ...key, type: secret.type ?? 'Opaque', data: secret.data ?? {} });
}

/** @throws StatusError when it cannot be written: what is not on record is not shown. */
async function record(deps: Deps, exchange: Exchange, secret: Secret): Promise<void> {
  const { user, requestId, signal } = exchange;
  const nowMs = deps.clock.nowMs();
  const message = `its values were shown to user "${user.name}" (request ${requestId})`;
  const event = newEvent({
    note: { regarding: secret, reason: REASON, message, severity: 'Normal' },
    ...{ source: COMPONENT, combined: false, count: 1, firstMs: nowMs, lastMs: nowMs },
  });
  // One for each time, whatever request id the client has chosen.
  const name = `${secret.metadata.name?.slice(0, 200) ?? ''}.${deps.ids.uid()}`;
  await deps.resources.create(
    eventKind,
    { ...event, metadata: { ...event.metadata, name } },
    {
      ...{ user, requestId, signal, fieldManager: COMPONENT, fieldValidation: 'Strict', dryRun: false },
      ...{ fence: [], warn: () => undefined },
    },
  );
}
