// Decides what a user may do: admins all, agents what is theirs, viewers reading, everybody who is known the
// questions about themselves. Roles of one's own making come with RBAC.
import { kinds } from '@gantry/api/registry';
import { SERVICE_TRAFFIC } from '@gantry/api/service-traffic';
import type { CacheReader } from '../cache/cache.ts';
import type {
  Authorize,
  AuthorizeWrite,
  Decision,
  RequestAttributes,
  Security,
  User,
} from '../server/security.ts';
import { METRICS } from '../server/virtual-resources.ts';
import { authorizeNode, authorizeNodeWrite, nodeOfUser } from './node-authorizer.ts';

/** May do everything. */
export const ADMIN_GROUP = 'system:masters';
/** May read everything but Secrets. */
export const VIEWER_GROUP = 'gantry:viewers';

/** May read figures, and nothing else: a Prometheus. */
export const MONITOR_GROUP = 'gantry:monitors';
/** The replicas of the control plane among themselves. */
export const REPLICA_GROUP = 'system:gantry:replicas';

const ALLOWED: Decision = { allowed: true, reason: '' };
const READS = new Set(['get', 'list', 'watch']);
/** Paths beside resources that every known user may read. */
const OPEN_PATHS = /^\/(version|api|apis|openapi|healthz|livez|readyz)(\/|$)/;
/** They tell of every namespace: for those who may read all, and for who gathers figures. */
const FIGURE_PATHS = /^\/(metrics|sd\/prometheus\/[a-z-]+)$/;
/** Evaluation of flags: the route itself asks whether the user may get the FeatureFlags of the namespace. */
const EVALUATION_PATHS = /^\/(namespaces\/[^/]+\/)?ofrep\/v1\//;
/** The dashboard's own; what is read or shown there is asked about path by path and object by object. */
const DASHBOARD_PATHS = /^\/gantry\/v1\/(live|dashboard\/(login-link|reveal|secret-outline))$/;
/** What replicas ask one another. */
const REPLICA_PATHS = /^\/gantry\/v1\/timeline\/plans$/;
/** Paths of the agents. */
const AGENT_PATHS = /^\/gantry\/v1\/(tunnel|renew)$/;

/** The authorizer over a cache. */
export function createAuthorization(
  cache: CacheReader,
): Required<Pick<Security, 'authorize' | 'authorizeWrite' | 'rulesFor'>> {
  const authorize: Authorize = (user, request) => {
    if (user.groups.includes(ADMIN_GROUP)) return ALLOWED;
    const node = nodeOfUser(user);
    if (!request.isResourceRequest) return authorizePath(user, request);
    if (isAboutOneself(request)) return ALLOWED;
    if (node !== undefined) return authorizeNode(node, request, cache);
    if (user.groups.includes(VIEWER_GROUP)) return authorizeViewer(request);
    if (user.groups.includes(MONITOR_GROUP) && isFigures(request)) return ALLOWED;
    return { allowed: false, reason: 'no rule allows it; ask an admin for a token of another group' };
  };
  const authorizeWrite: AuthorizeWrite = (user, attempt) => {
    const node = user.groups.includes(ADMIN_GROUP) ? undefined : nodeOfUser(user);
    return node === undefined ? ALLOWED : authorizeNodeWrite(node, attempt);
  };
  return { authorize, authorizeWrite, rulesFor };
}

function authorizePath(user: User, request: RequestAttributes): Decision {
  if (request.verb === 'get' && OPEN_PATHS.test(request.path)) return ALLOWED;
  if (request.verb === 'post' && EVALUATION_PATHS.test(request.path)) return ALLOWED;
  if (REPLICA_PATHS.test(request.path)) return authorizeReplica(user, request);
  const agent = nodeOfUser(user) !== undefined;
  if (request.verb === 'get' && FIGURE_PATHS.test(request.path) && readsFigures(user)) return ALLOWED;
  if (!agent && DASHBOARD_PATHS.test(request.path)) return ALLOWED;
  if (agent && AGENT_PATHS.test(request.path)) return ALLOWED;
  return { allowed: false, reason: `${request.path} is not open to this user` };
}

function authorizeReplica({ groups }: User, { verb, path }: RequestAttributes): Decision {
  if (verb === 'get' && groups.includes(REPLICA_GROUP)) return ALLOWED;
  return { allowed: false, reason: `${path} is for replicas of the control plane` };
}

function readsFigures({ groups }: User): boolean {
  return groups.includes(VIEWER_GROUP) || groups.includes(MONITOR_GROUP);
}

/** `/api/v1/nodes/NAME/proxy/metrics`. */
function isFigures({ verb, group, resource, subresource }: RequestAttributes): boolean {
  return verb === 'get' && group === '' && resource === 'nodes' && subresource === 'proxy';
}

function isAboutOneself({ group, resource, verb }: RequestAttributes): boolean {
  return (
    verb === 'create' &&
    (group === 'authorization.k8s.io' || group === 'authentication.k8s.io') &&
    resource.startsWith('selfsubject')
  );
}

function authorizeViewer({ verb, resource, subresource }: RequestAttributes): Decision {
  if (!READS.has(verb)) return { allowed: false, reason: `a viewer may not ${verb}` };
  if (resource === 'secrets') return { allowed: false, reason: 'a viewer may not read Secrets' };
  if (subresource === 'exec' || subresource === 'attach') {
    return { allowed: false, reason: `a viewer may not ${subresource}` };
  }
  return ALLOWED;
}

function rulesFor(user: User): ReturnType<NonNullable<Security['rulesFor']>> {
  const paths = {
    verbs: ['get'],
    nonResourceURLs: ['/version', '/api/*', '/apis/*', '/openapi/*', '/healthz'],
  };
  if (user.groups.includes(ADMIN_GROUP)) {
    return {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    };
  }
  const viewer = user.groups.includes(VIEWER_GROUP);
  return {
    resourceRules: viewer ? viewerRules() : [],
    nonResourceRules: [paths],
    incomplete: nodeOfUser(user) !== undefined,
  };
}

/** All but Secrets: rules can only allow, so that the core group is named kind by kind. */
function viewerRules(): { verbs: string[]; apiGroups: string[]; resources: string[] }[] {
  const named = kinds.map(({ group }) => group).filter((group) => group !== '');
  const groups = new Set([...named, METRICS.group, SERVICE_TRAFFIC.group]);
  const core = kinds
    .filter(({ group, resource }) => group === '' && resource !== 'secrets')
    .flatMap(({ resource }) => [resource, `${resource}/status`, `${resource}/log`]);
  return [
    { verbs: [...READS], apiGroups: [...groups].sort(), resources: ['*'] },
    { verbs: [...READS], apiGroups: [''], resources: core },
  ];
}
