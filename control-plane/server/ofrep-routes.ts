// OFREP: flags evaluated for any OpenFeature SDK, and a stream of their changes. Who may get the FeatureFlags of the
// namespace may have them evaluated.
import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import type { EvaluationCounts } from '@gantry/api/flags/evaluation-counts';
import { FlagSets } from '@gantry/api/flags/flag-sets';
import { CONTEXT_BYTES_MAX } from '@gantry/api/flags/limits';
import {
  answerOfrep,
  ofrepBodyTooLarge,
  type OfrepAnswer,
  type OfrepQuestion,
} from '@gantry/api/flags/ofrep';
import { DEFAULT_NAMESPACE, OFREP_ROUTES } from '@gantry/api/flags/ofrep-paths';
import type { ServerDeps } from './deps.ts';
import type { Answer, Exchange } from './exchange.ts';
import { flagStreamRoute } from './flag-stream-route.ts';
import type { PathHandler } from './path-routes.ts';
import { authorize } from './permit.ts';

type Deps = Pick<ServerDeps, 'cache' | 'clock' | 'security' | 'metrics' | 'random' | 'stopping'> & {
  evaluations: Pick<EvaluationCounts, 'add'>;
};
type AddRoute = (path: string, handler: PathHandler) => void;

/** Adds the routes. */
export function ofrepRoutes(get: AddRoute, post: AddRoute, deps: Deps): void {
  const evaluate = flagEvaluator(deps);
  for (const path of OFREP_ROUTES.evaluate)
    post(path, async (exchange, { namespace = DEFAULT_NAMESPACE, key }) => {
      authorizeFlags(deps, exchange, namespace);
      const { bytes } = await exchange.readBody();
      return textAnswer(evaluate({ namespace, key, ifNoneMatch: exchange.headers['if-none-match'] }, bytes));
    });
  const stream = flagStreamRoute(deps);
  for (const path of OFREP_ROUTES.stream)
    get(path, (exchange, { namespace = DEFAULT_NAMESPACE }) => {
      authorizeFlags(deps, exchange, namespace);
      return stream(exchange, namespace);
    });
}

/** @throws StatusError 403. */
export function authorizeFlags(
  { security }: Pick<Deps, 'security'>,
  { user, info }: Pick<Exchange, 'user' | 'info'>,
  namespace: string,
): void {
  const { group, version, resource } = featureFlagKind;
  authorize(security, user, {
    ...{ verb: 'get', isResourceRequest: true, path: info.path, subresource: '' },
    ...{ group, version, resource, namespace, name: '' },
    ...{ labelSelector: '', fieldSelector: '' },
  });
}

/** Evaluates by a request's body; undefined for one that is too large to be read. Never throws. */
export type EvaluateFlags = (question: Omit<OfrepQuestion, 'text'>, bytes: Buffer | undefined) => OfrepAnswer;

/** From what the cache has at the moment. */
export function flagEvaluator({
  cache,
  clock,
  evaluations,
}: Pick<Deps, 'cache' | 'clock' | 'evaluations'>): EvaluateFlags {
  const sets = new FlagSets((namespace) => cache.list(featureFlagKind, namespace));
  return (question, bytes) => {
    if (bytes === undefined || bytes.length > CONTEXT_BYTES_MAX) return ofrepBodyTooLarge();
    const { namespace } = question;
    const text = isUtf8(bytes) ? bytes.toString('utf8') : undefined;
    const flags = sets.of(namespace);
    return answerOfrep(
      { ...question, text },
      {
        ...{ flags, nowMs: clock.nowMs(), digest },
        onEvaluated: (key, evaluation) => evaluations.add(namespace, flags, key, evaluation),
      },
    );
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27);
}

function textAnswer({ status, text, headers }: OfrepAnswer): Answer {
  const { 'Content-Type': contentType = 'application/json', ...rest } = headers;
  return { type: 'text', status, contentType, text, headers: rest };
}
