// `…/explanations`: why objects are as they are. Who may read an object may read its explanation, and nobody else.
import { apiVersionOf, type KindDefinition } from '@gantry/api/definition';
import { explanationResource } from '@gantry/api/explanation';
import { parseFieldSelector, requiredValue } from '@gantry/api/field-selector';
import { collectionPathOf, groupVersionPath } from '@gantry/api/paths';
import { findKind, kinds } from '@gantry/api/registry';
import { methodNotAllowed } from '@gantry/api/status-error';
import { explainObjects, type ExplanationScope } from '../explanations/explain-objects.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, Exchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { EXPLANATIONS_PER_ANSWER_MAX } from './limits.ts';
import type { PathHandler } from './path-routes.ts';
import { authorize } from './permit.ts';
import { selectionOf } from './read-options.ts';
import type { RequestAttributes } from './security.ts';
import { includeObjectOf, tableOf } from './table-form.ts';

type Deps = Pick<ServerDeps, 'cache' | 'clock' | 'explanations' | 'security'>;

const NOT_LEADING =
  'this replica does not lead, so it does not know the reasons of controllers; ask the leader, or again later';

/** Adds the routes: of all namespaces with cluster-wide objects, and of one namespace. */
export function explanationRoutes(get: (path: string, handler: PathHandler) => void, deps: Deps): void {
  get(collectionPathOf(explanationResource), (exchange) => answer(deps, exchange, ''));
  const { resource } = explanationResource;
  get(
    `${groupVersionPath(explanationResource)}/namespaces/:namespace/${resource}`,
    (exchange, { namespace = '' }) => answer(deps, exchange, namespace),
  );
}

function answer(deps: Deps, exchange: Exchange, namespace: string): Answer {
  const { query } = exchange;
  if (exchange.info.verb === 'watch') throw methodNotAllowed(explanationResource, 'watch');
  const selection = selectionOf(explanationResource, query);
  const scope = scopeOf(namespace, query);
  refuseForbidden(deps, exchange, scope);
  if (!deps.explanations.leads()) exchange.warn(NOT_LEADING);
  const sources = { cache: deps.cache, kept: deps.explanations, find: findKind };
  const found = explainObjects(sources, scope, deps.clock.nowMs())
    .filter(({ explanation }) => selection.matches(explanation))
    .filter(({ definition, explanation }) => {
      const { namespace: within = '', name } = explanation.involvedObject;
      const attributes = readOf(exchange, definition, { namespace: within, name });
      return deps.security.authorize(exchange.user, attributes).allowed;
    })
    .map(({ explanation }) => explanation);
  if (found.length > EXPLANATIONS_PER_ANSWER_MAX) {
    exchange.warn(
      `only ${EXPLANATIONS_PER_ANSWER_MAX} of ${found.length} explanations are listed; narrow the list by namespace or fieldSelector`,
    );
  }
  return present(deps, exchange, found.slice(0, EXPLANATIONS_PER_ANSWER_MAX));
}

function scopeOf(namespace: string, query: URLSearchParams): ExplanationScope {
  const parsed = parseFieldSelector(query.get('fieldSelector') ?? '');
  const required = (field: string): string =>
    (parsed.ok ? requiredValue(parsed.selector, field) : undefined) ?? '';
  return {
    namespace: namespace === '' ? required('involvedObject.namespace') : namespace,
    kind: required('involvedObject.kind'),
    name: required('involvedObject.name'),
  };
}

/** Who names an object that is not for them is told so; in a list it is merely not there. */
function refuseForbidden({ security }: Deps, exchange: Exchange, scope: ExplanationScope): void {
  const definition = kinds.find(({ kind }) => kind === scope.kind);
  if (definition === undefined || scope.name === '') return;
  const namespace = definition.namespaced ? scope.namespace : '';
  if (definition.namespaced && namespace === '') return;
  const attributes = readOf(exchange, definition, { namespace, name: scope.name });
  authorize(security, exchange.user, attributes);
}

/** What asking for one object is, to whoever decides whether it may be read. */
export function readOf(
  { info }: Exchange,
  definition: KindDefinition,
  { namespace, name }: { namespace: string; name: string },
): RequestAttributes {
  const { group, version, resource } = definition;
  const selectors = { labelSelector: '', fieldSelector: '' };
  return {
    ...{ verb: 'get', isResourceRequest: true, path: info.path, subresource: '' },
    ...{ group, version, resource, namespace, name },
    ...selectors,
  };
}

function present({ clock }: Deps, exchange: Exchange, items: Parameters<typeof tableOf>[0]): Answer {
  const { as, contentType } = exchange.form();
  const metadata = { resourceVersion: '' };
  if (as !== 'Table') {
    const kind = `${explanationResource.kind}List`;
    return valueAnswer({ kind, apiVersion: apiVersionOf(explanationResource), metadata, items });
  }
  const include = includeObjectOf(exchange.query);
  const options = { definition: explanationResource, include, nowMs: clock.nowMs(), withColumns: true };
  return { type: 'value', status: 200, value: tableOf(items, metadata, options), contentType };
}
