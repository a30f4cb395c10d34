// From a request about a resource to its handler: one table of verbs and subresources for all kinds.
import type { KindDefinition } from '@gantry/api/definition';
import { resourceIdOf } from '@gantry/api/definition';
import { servedForm } from '@gantry/api/registry';
import { badRequest, notAcceptable } from '@gantry/api/status-error';
import { answerBinding } from './binding.ts';
import { answerConnect } from './connect-routes.ts';
import { answerCreate } from './create.ts';
import { answerDelete } from './delete.ts';
import { answerDeleteCollection } from './delete-collection.ts';
import type { ServerDeps } from './deps.ts';
import { unknownMethod, unknownPath } from './error-answer.ts';
import { answerEviction } from './eviction.ts';
import type { Answer, Exchange, ResourceExchange } from './exchange.ts';
import { answerGet } from './get.ts';
import { answerList } from './list.ts';
import { omitting } from './omitted-fields.ts';
import { answerPatch } from './patch.ts';
import { answerGetScale, answerPatchScale, answerUpdateScale } from './scale.ts';
import { answerUpdate } from './update.ts';
import { answerWatch } from './watch.ts';

/** Answers one request. */
type Handler = (deps: ServerDeps, exchange: ResourceExchange) => Promise<Answer>;

const OBJECT_VERBS: Readonly<Record<string, Handler>> = {
  get: answerGet,
  list: answerList,
  watch: answerWatch,
  create: answerCreate,
  update: answerUpdate,
  patch: answerPatch,
  delete: answerDelete,
  deletecollection: answerDeleteCollection,
};

const STATUS_VERBS: Readonly<Record<string, Handler>> = {
  get: answerGet,
  update: answerUpdate,
  patch: answerPatch,
};

const SCALE_VERBS: Readonly<Record<string, Handler>> = {
  get: answerGetScale,
  update: answerUpdateScale,
  patch: answerPatchScale,
};

/** Subresources of single kinds: actions rather than parts of the object. */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  'pods/eviction': { create: answerEviction },
  'pods/binding': { create: answerBinding },
};

/**
 * Answers a request about a resource.
 *
 * @throws StatusError of every kind; 404 for unknown resources, 405 for verbs that are not served.
 */
export async function answerResource(deps: ServerDeps, exchange: Exchange): Promise<Answer> {
  const { handler, resource } = routeOf(deps, exchange);
  return handler(deps, resource);
}

/**
 * The watch that is asked for, to be opened.
 *
 * @throws StatusError as {@link answerResource}; 400 for what is no watch.
 */
export function watchedResource(deps: ServerDeps, exchange: Exchange): ResourceExchange {
  const { handler, resource } = routeOf(deps, exchange);
  if (handler !== answerWatch) throw badRequest(`${exchange.info.path} is not watched: it needs ?watch=1`);
  return resource;
}

function routeOf(deps: ServerDeps, exchange: Exchange): { handler: Handler; resource: ResourceExchange } {
  const { info } = exchange;
  const { definition } = info;
  if (!info.isResourceRequest || definition === undefined) throw unknownPath();
  if (definition.namespaced ? lacksNamespace(exchange) : info.namespace !== '') throw unknownPath();
  const handlers = handlersOf(deps, definition, info.subresource);
  if (handlers === undefined) throw unknownPath();
  const handler = handlers[info.verb];
  if (handler === undefined || !isServed(definition, exchange)) throw unknownMethod();
  if (exchange.form().as === 'APIGroupDiscoveryList') throw notAcceptable(['application/json']);
  const served = omitting(servedForm(definition, info), exchange.query);
  return { handler, resource: { ...exchange, definition, served } };
}

/** Only lists and watches go across namespaces. */
function lacksNamespace({ info }: Exchange): boolean {
  if (info.namespace !== '') return false;
  return info.name !== '' && info.verb !== 'list' && info.verb !== 'watch';
}

function handlersOf(
  deps: ServerDeps,
  definition: KindDefinition,
  subresource: string,
): Readonly<Record<string, Handler>> | undefined {
  if (subresource === '') return OBJECT_VERBS;
  if (subresource === 'status') return definition.subresources.status ? STATUS_VERBS : undefined;
  if (subresource === 'scale') return definition.subresources.scale === undefined ? undefined : SCALE_VERBS;
  const action = ACTIONS[`${resourceIdOf(definition)}/${subresource}`];
  if (action !== undefined) return action;
  const connects =
    resourceIdOf(definition) === 'pods' && deps.connect?.subresources[subresource] !== undefined;
  return connects ? { get: answerConnect, create: answerConnect } : undefined;
}

const READ_VERBS: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

function isServed(definition: KindDefinition, { info }: Exchange): boolean {
  const { verb, name, namespace, subresource } = info;
  // A path with a name takes no POST, one without takes no PUT and PATCH; a namespaced kind needs its namespace.
  if (verb === 'create' && subresource === '' && (name !== '' || (definition.namespaced && namespace === '')))
    return false;
  if (['update', 'patch'].includes(verb) && name === '') return false;
  if (verb === 'deletecollection' && definition.namespaced && namespace === '') return false;
  return (
    subresource !== '' ||
    READ_VERBS.has(verb) ||
    definition.verbs === undefined ||
    definition.verbs.includes(verb)
  );
}
