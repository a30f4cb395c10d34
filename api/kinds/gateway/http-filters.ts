// What is done to a request or an answer on its way.
import type { Static } from 'typebox';
import { described, integer, listOf, notYet, oneOf, optional, struct, text } from '../../schema.ts';
import { BackendObjectReference, GATEWAY_TYPES } from './references.ts';

const HTTPHeader = struct(`${GATEWAY_TYPES}.HTTPHeader`, 'A header.', {
  name: text('Its name.'),
  value: text('Its value.'),
});

export const HTTPHeaderFilter = struct(`${GATEWAY_TYPES}.HTTPHeaderFilter`, 'Changes of headers.', {
  set: optional(listOf('These are replaced.', HTTPHeader, { listMapKeys: ['name'] })),
  add: optional(listOf('These are added to those that are there.', HTTPHeader, { listMapKeys: ['name'] })),
  remove: optional(listOf('These are taken away.', text('A name.'), { listType: 'set' })),
});
export type HTTPHeaderFilter = Static<typeof HTTPHeaderFilter>;

export const HTTPPathModifier = struct(`${GATEWAY_TYPES}.HTTPPathModifier`, 'Another path.', {
  type: oneOf('The whole path, or the prefix that matched.', ['ReplaceFullPath', 'ReplacePrefixMatch']),
  replaceFullPath: optional(text('The new path.')),
  replacePrefixMatch: optional(text('What stands in place of the prefix that matched.')),
});
export type HTTPPathModifier = Static<typeof HTTPPathModifier>;

export const HTTPRequestRedirectFilter = struct(
  `${GATEWAY_TYPES}.HTTPRequestRedirectFilter`,
  'The client is sent elsewhere.',
  {
    scheme: optional(oneOf('http or https; as it came when absent.', ['http', 'https'])),
    hostname: optional(text('Another host; as it came when absent.')),
    path: optional(described('Another path; as it came when absent.', HTTPPathModifier)),
    port: optional(
      integer('Another port; that of the scheme, or of the listener, when absent.', {
        minimum: 1,
        maximum: 65_535,
      }),
    ),
    statusCode: optional(integer('301, 302, 303, 307 or 308.', { default: 302 })),
  },
);
export type HTTPRequestRedirectFilter = Static<typeof HTTPRequestRedirectFilter>;

export const HTTPURLRewriteFilter = struct(
  `${GATEWAY_TYPES}.HTTPURLRewriteFilter`,
  'The backend sees another host or path.',
  {
    hostname: optional(text('The host that it sees.')),
    path: optional(described('The path that it sees.', HTTPPathModifier)),
  },
);
export type HTTPURLRewriteFilter = Static<typeof HTTPURLRewriteFilter>;

const Fraction = struct(`${GATEWAY_TYPES}.Fraction`, 'So many out of so many.', {
  numerator: integer('So many.', { minimum: 0 }),
  denominator: optional(integer('Out of so many.', { minimum: 1, default: 100 })),
});

export const HTTPRequestMirrorFilter = struct(
  `${GATEWAY_TYPES}.HTTPRequestMirrorFilter`,
  'A copy of requests goes to another Service, as they are after the other filters; host included. Its answers are thrown away. All requests, unless percent or fraction says otherwise.',
  {
    backendRef: described('The other Service.', BackendObjectReference),
    percent: optional(
      integer('How many of the requests, in percent, by chance.', { minimum: 0, maximum: 100 }),
    ),
    fraction: optional(described('How many of the requests, by chance.', Fraction)),
  },
);
export type HTTPRequestMirrorFilter = Static<typeof HTTPRequestMirrorFilter>;

/** Types of filters that a proxy carries out. */
export const HONOURED_FILTERS = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestRedirect',
  'URLRewrite',
  'RequestMirror',
] as const;

export const HTTPRouteFilter = struct(
  `${GATEWAY_TYPES}.HTTPRouteFilter`,
  'One thing that is done to a request or an answer.',
  {
    type: oneOf('Which. RequestMirror may be there several times.', HONOURED_FILTERS),
    requestHeaderModifier: optional(described('Headers of the request.', HTTPHeaderFilter)),
    responseHeaderModifier: optional(described('Headers of the answer.', HTTPHeaderFilter)),
    requestRedirect: optional(described('Where the client is sent.', HTTPRequestRedirectFilter)),
    urlRewrite: optional(described('What the backend sees.', HTTPURLRewriteFilter)),
    requestMirror: optional(described('Who gets a copy.', HTTPRequestMirrorFilter)),
  },
  notYet({
    cors: 'Let the application answer preflight requests.',
    externalAuth: 'Let the application ask.',
    extensionRef: 'There are no filters of other kinds.',
  }),
);
export type HTTPRouteFilter = Static<typeof HTTPRouteFilter>;
