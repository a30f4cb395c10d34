// The shape of an HTTPRoute: which requests it takes, what is done to them, and where they go.
import type { Static } from 'typebox';
import { described, listOf, notYet, oneOf, optional, struct, text, integer } from '../../schema.ts';
import { HTTPRouteFilter } from './http-filters.ts';
import {
  backendFields,
  GATEWAY_TYPES,
  ParentReference,
  RouteParentStatus,
  WEIGHT_MAX,
} from './references.ts';

/** Gateway API's own bounds. */
export const PARENTS_MAX = 32;
export const HOSTNAMES_MAX = 16;
export const RULES_MAX = 16;
export const MATCHES_MAX = 64;
export const FILTERS_MAX = 16;
export const BACKENDS_MAX = 16;
export const CONDITIONS_MAX = 16;

const HTTPPathMatch = struct(`${GATEWAY_TYPES}.HTTPPathMatch`, 'Which paths.', {
  type: optional(
    oneOf(
      'Exact; PathPrefix, by whole parts between slashes; or RegularExpression, of the whole path.',
      ['Exact', 'PathPrefix', 'RegularExpression'],
      { default: 'PathPrefix' },
    ),
  ),
  value: optional(text('The path.', { default: '/' })),
});
export type HTTPPathMatch = Static<typeof HTTPPathMatch>;

/** Header and query parameter alike. */
const matchFields = {
  type: optional(
    oneOf('Exact, or a RegularExpression of the whole value.', ['Exact', 'RegularExpression'], {
      default: 'Exact',
    }),
  ),
  name: text('Its name.'),
  value: text('Its value.'),
};

const HTTPHeaderMatch = struct(`${GATEWAY_TYPES}.HTTPHeaderMatch`, 'A header that is there.', matchFields);
const HTTPQueryParamMatch = struct(
  `${GATEWAY_TYPES}.HTTPQueryParamMatch`,
  'A parameter of the query that is there.',
  matchFields,
);

export const HTTPRouteMatch = struct(
  `${GATEWAY_TYPES}.HTTPRouteMatch`,
  'Requests for which all of it holds.',
  {
    path: optional(described('The path.', HTTPPathMatch, { default: { type: 'PathPrefix', value: '/' } })),
    headers: optional(listOf('Headers.', HTTPHeaderMatch, { listMapKeys: ['name'] })),
    queryParams: optional(listOf('Parameters of the query.', HTTPQueryParamMatch, { listMapKeys: ['name'] })),
    method: optional(
      oneOf('The method.', ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']),
    ),
  },
);
export type HTTPRouteMatch = Static<typeof HTTPRouteMatch>;

const weight = optional(
  integer('Its share, relative to the others. 0: none.', { minimum: 0, maximum: WEIGHT_MAX, default: 1 }),
);

const HTTPBackendRef = struct(
  `${GATEWAY_TYPES}.HTTPBackendRef`,
  'A Service and its share of the requests.',
  { ...backendFields, weight },
  notYet({ filters: 'Give the rule filters.' }),
);
export type HTTPBackendRef = Static<typeof HTTPBackendRef>;

/** A backend of a TCPRoute. */
export const BackendRef = struct(
  `${GATEWAY_TYPES}.BackendRef`,
  'A Service and its share of the connections.',
  { ...backendFields, weight },
);
export type BackendRef = Static<typeof BackendRef>;

const HTTPRouteTimeouts = struct(`${GATEWAY_TYPES}.HTTPRouteTimeouts`, 'How long a request may take.', {
  request: optional(
    text('Silence of the backend after which the request is answered with 504: `10s`; `0s` for none.'),
  ),
  backendRequest: optional(text('The same; the shorter of both counts.')),
});

const HTTPRouteRule = struct(
  `${GATEWAY_TYPES}.HTTPRouteRule`,
  'Requests, what is done to them, and where they go.',
  {
    name: optional(text('A name for people.')),
    matches: optional(
      listOf(
        'Requests for which one of these holds.',
        HTTPRouteMatch,
        {},
        {
          default: [{ path: { type: 'PathPrefix', value: '/' } }],
        },
      ),
    ),
    filters: optional(listOf('What is done to them.', HTTPRouteFilter)),
    backendRefs: optional(listOf('Where they go.', HTTPBackendRef)),
    timeouts: optional(described('How long they may take.', HTTPRouteTimeouts)),
  },
  notYet({
    retry: 'The proxy tries other pods by itself where that is safe: see docs/design/traffic.md.',
    sessionPersistence: 'Use `sessionAffinity` of the Service.',
  }),
);
export type HTTPRouteRule = Static<typeof HTTPRouteRule>;

export const HTTPRouteSpec = struct(
  `${GATEWAY_TYPES}.HTTPRouteSpec`,
  'Which requests go where.',
  {
    parentRefs: optional(listOf('Gateways and Services that it belongs to.', ParentReference)),
    hostnames: optional(
      listOf('Requests for these hosts only: `web.example.com`, `*.example.com`.', text('A host.')),
    ),
    rules: optional(
      listOf(
        'The most specific one that fits counts.',
        HTTPRouteRule,
        {},
        {
          default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
        },
      ),
    ),
  },
  notYet({ useDefaultGateways: 'Name the Gateway in `parentRefs`.' }),
);
export type HTTPRouteSpec = Static<typeof HTTPRouteSpec>;

export const HTTPRouteStatus = struct(`${GATEWAY_TYPES}.HTTPRouteStatus`, 'What is observed of it.', {
  parents: listOf('What each parent has made of it.', RouteParentStatus),
});
export type HTTPRouteStatus = Static<typeof HTTPRouteStatus>;
