// OFREP: flags evaluated for any OpenFeature SDK. `/ofrep/v1/…` is of the namespace `default`,
// `/namespaces/<namespace>/ofrep/v1/…` of any: providers add `/ofrep/v1` to the address that they are given.
// Who may get the FeatureFlags of the namespace may have them evaluated.
import { createHash } from 'node:crypto';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { contextFault } from '@gantry/api/flags/evaluate-flag';
import { StatusError, tooLarge } from '@gantry/api/status-error';
import { FlagSets } from '../flags/flag-sets.ts';
import { contextOf, evaluateAll, evaluateOne, refusal, type OfrepAnswer } from '../flags/ofrep.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, Exchange } from './exchange.ts';
import { CONTEXT_BYTES_MAX, CONTEXT_VALUES_MAX } from './limits.ts';
import type { PathHandler } from './path-routes.ts';
import { authorize } from './permit.ts';
import { parseJson, textOf } from './request-body.ts';

type Deps = Pick<ServerDeps, 'cache' | 'clock' | 'security'>;

const DEFAULT_NAMESPACE = 'default';
const ROOT = '/ofrep/v1/evaluate/flags';

/** Adds the routes. A flag's key may have slashes. */
export function ofrepRoutes(post: (path: string, handler: PathHandler) => void, deps: Deps): void {
  const sets = new FlagSets(deps.cache);
  for (const prefix of ['', '/namespaces/:namespace']) {
    post(`${prefix}${ROOT}`, (exchange, { namespace }) => answer(deps, sets, exchange, { namespace }));
    post(`${prefix}${ROOT}/*key`, (exchange, { namespace, key }) =>
      answer(deps, sets, exchange, { namespace, key }),
    );
  }
}

async function answer(
  deps: Deps,
  sets: FlagSets,
  exchange: Exchange,
  { namespace = DEFAULT_NAMESPACE, key }: { namespace: string | undefined; key?: string | undefined },
): Promise<Answer> {
  authorizeRead(deps, exchange, namespace);
  const read = await readContext(exchange, key);
  if ('refused' in read) return jsonAnswer(read.refused);
  const flags = sets.of(namespace);
  const nowMs = deps.clock.nowMs();
  if (key !== undefined) return jsonAnswer(evaluateOne(flags, key, read.context, nowMs));
  return taggedAnswer(evaluateAll(flags, read.context, nowMs), exchange.headers['if-none-match']);
}

function authorizeRead({ security }: Deps, { user, info }: Exchange, namespace: string): void {
  const { group, version, resource } = featureFlagKind;
  authorize(security, user, {
    ...{ verb: 'get', isResourceRequest: true, path: info.path, subresource: '' },
    ...{ group, version, resource, namespace, name: '' },
    ...{ labelSelector: '', fieldSelector: '' },
  });
}

/** @throws StatusError 413, 415. What else is wrong is told in OFREP's words. */
async function readContext(
  exchange: Exchange,
  key: string | undefined,
): Promise<{ context: unknown } | { refused: OfrepAnswer }> {
  const { bytes } = await exchange.readBody();
  if (bytes.length > CONTEXT_BYTES_MAX) throw tooLarge(`limit is ${CONTEXT_BYTES_MAX} bytes`);
  let body: unknown;
  try {
    body = bytes.length === 0 ? {} : parseJson(textOf(bytes));
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.code !== 400) throw error;
    return { refused: refusal('PARSE_ERROR', error.message, key) };
  }
  const context = contextOf(body);
  const fault = contextFault(context);
  if (fault !== undefined) return { refused: refusal('INVALID_CONTEXT', fault, key) };
  if (valuesOf(context) > CONTEXT_VALUES_MAX)
    throw tooLarge(`limit is ${CONTEXT_VALUES_MAX} values in the context`);
  return { context };
}

/** The body was bounded in depth when it was parsed. */
function valuesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, each: unknown) => sum + valuesOf(each), 1);
}

function jsonAnswer({ status, body }: OfrepAnswer, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    type: 'text',
    status,
    contentType: 'application/json',
    text: `${JSON.stringify(body)}\n`,
    headers,
  };
}

/** The tag is of what was decided, so it tells whether anything is different for this very context. */
function taggedAnswer(all: OfrepAnswer, ifNoneMatch: string | undefined): Answer {
  const tag = `"${createHash('sha256').update(JSON.stringify(all.body)).digest('base64url').slice(0, 27)}"`;
  if (!isNamed(tag, ifNoneMatch)) return jsonAnswer(all, { ETag: tag });
  return { type: 'text', status: 304, contentType: 'application/json', text: '', headers: { ETag: tag } };
}

/** Weak comparison, as If-None-Match has it. */
function isNamed(tag: string, ifNoneMatch = ''): boolean {
  return ifNoneMatch.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, '')));
}
