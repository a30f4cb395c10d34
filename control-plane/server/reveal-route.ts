// A Secret for a page: its outline without any value, and its values on request and on record. The Event and the log line
// are there before the values are, and the values are in neither.
import { eventKind } from '@gantry/api/kinds/event';
import { secretKind, type Secret } from '@gantry/api/kinds/secret';
import { badRequest, notFound } from '@gantry/api/status-error';
import { newEvent } from '../engine/event-object.ts';
import type { ServerDeps } from './deps.ts';
import { valueAnswer, type Exchange } from './exchange.ts';
import { freshen } from './freshen.ts';
import type { PathHandler } from './path-routes.ts';
import { authorize } from './permit.ts';
import { parseBody } from './request-body.ts';
import { requestInfo } from './request-info.ts';
import { recordOf } from './write-options.ts';

const PATH = '/gantry/v1/dashboard/reveal';
const OUTLINE_PATH = '/gantry/v1/dashboard/secret-outline';
const COMPONENT = 'gantry-dashboard';
const REASON = 'SecretRevealed';

type Deps = Pick<ServerDeps, 'security' | 'cache' | 'resources' | 'ids' | 'clock' | 'logger'>;

interface SecretKey {
  namespace: string;
  name: string;
}

/** Adds the routes. */
export function revealRoutes(
  get: (path: string, handler: PathHandler) => void,
  post: (path: string, handler: PathHandler) => void,
  deps: Deps,
): void {
  get(OUTLINE_PATH, async (exchange) => {
    const { query } = exchange;
    const sent = { namespace: query.get('namespace') ?? '', name: query.get('name') ?? '' };
    const secret = await permittedSecret(deps, exchange, keyOf(sent, 'query'));
    return valueAnswer(outlineOf(secret));
  });
  post(PATH, async (exchange) => {
    const key = keyOf(recordOf(parseBody(await exchange.readBody()), 'the body'), 'body');
    const secret = await permittedSecret(deps, exchange, key);
    await record(deps, exchange, secret);
    const { user, requestId } = exchange;
    deps.logger.info('secret revealed', { ...key, user: user.name, requestId });
    const { type = 'Opaque', data = {}, metadata } = secret;
    return valueAnswer({ ...key, type, resourceVersion: metadata.resourceVersion, data });
  });
}

function keyOf(sent: Readonly<Record<string, unknown>>, where: string): SecretKey {
  const text = (field: string): string => {
    const value = sent[field];
    if (typeof value === 'string' && value !== '') return value;
    throw badRequest(`${field}: must be a text, in the ${where}`);
  };
  return { namespace: text('namespace'), name: text('name') };
}

/** As it is now. @throws StatusError 403 for who may not get it, 404. */
async function permittedSecret(deps: Deps, exchange: Exchange, key: SecretKey): Promise<Secret> {
  const path = `/api/v1/namespaces/${encodeURIComponent(key.namespace)}/secrets/${encodeURIComponent(key.name)}`;
  const info = requestInfo('GET', path, new URLSearchParams());
  if (info === undefined) throw badRequest('there is no Secret of that name');
  authorize(deps.security, exchange.user, info);
  await freshen(deps.cache, { type: 'newest' }, exchange.signal);
  const secret = deps.cache.get<Secret>(secretKind, key);
  if (secret === undefined) throw notFound(secretKind, key.name);
  return secret;
}

/** What an editor has to know before it shows anything: which entries there are, and whether they may change. */
function outlineOf({ metadata, type = 'Opaque', immutable = false, data = {} }: Secret): object {
  const { namespace, name, resourceVersion } = metadata;
  const keys = Object.entries(data)
    .map(([key, value]) => ({ key, bytes: Buffer.from(value, 'base64').length }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return { namespace, name, type, immutable, resourceVersion, keys };
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
