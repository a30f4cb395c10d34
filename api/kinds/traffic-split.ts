// TrafficSplit: which of a Service's requests go to which Services, in which shares. Kept by rollouts; the proxies of all
// nodes carry it out wherever the Service is reached, and say in their Leases up to which revision they have.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { serviceUpdateIssues, trafficSplitIssues } from '../traffic-split/check-traffic-split.ts';
import { described, integer, listOf, optional, struct, text } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { HTTPRouteMatch } from './gateway/http-route-spec.ts';
import { objectFields } from './object-fields.ts';

const TYPES = 'dev.gantry.v1alpha1';
const DESCRIPTION =
  "Which of a Service's requests go to which Services, in which shares, wherever the Service is reached: at its address, through Gateways and Ingresses.";

export const SplitBackend = struct(`${TYPES}.SplitBackend`, 'A Service and its share of the requests.', {
  service: text('A Service of the namespace; the split Service itself stands for its own pods.'),
  weight: integer('Its share, relative to the others. 0: none.', { minimum: 0, maximum: 1_000_000 }),
});
export type SplitBackend = Static<typeof SplitBackend>;

export const SplitSource = struct(
  `${TYPES}.SplitSource`,
  'Where a request says who its user is: exactly one of these.',
  {
    header: optional(text('A header.')),
    cookie: optional(text('A cookie.')),
    claim: optional(
      text(
        'A claim of the bearer token, by its name; parts of a claim by dots. The token is read, not verified.',
      ),
    ),
  },
);
export type SplitSource = Static<typeof SplitSource>;

export const SplitValue = struct(`${TYPES}.SplitValue`, 'A cookie or claim that is there.', {
  name: text('Its name.'),
  value: text('Its value.'),
});

export const SplitMatch = struct(`${TYPES}.SplitMatch`, 'Requests for which all of it holds.', {
  request: optional(described('Path, method, headers and parameters of the query.', HTTPRouteMatch)),
  cookies: optional(listOf('Cookies.', SplitValue)),
  claims: optional(listOf('Claims of the bearer token. The token is read, not verified.', SplitValue)),
});
export type SplitMatch = Static<typeof SplitMatch>;

export const SplitSticky = struct(
  `${TYPES}.SplitSticky`,
  'Each user always goes to the same side: by the hash of salt and user, as `fractional` of a flag reckons it. The first backend loses no user while its share grows.',
  {
    by: described(
      'Who the user is. Requests that do not say so go to the last backend that has a weight.',
      SplitSource,
    ),
    salt: text('Put before the user; the key of a flag makes both agree.'),
  },
);
export type SplitSticky = Static<typeof SplitSticky>;

export const SplitMirror = struct(`${TYPES}.SplitMirror`, 'A Service that gets copies of requests.', {
  service: text('A Service of the namespace. Its answers are thrown away.'),
  percent: integer('How many of the requests, in percent, by chance.', { minimum: 0, maximum: 100 }),
});

export const SplitRule = struct(`${TYPES}.SplitRule`, 'Requests and where they go.', {
  name: optional(text('A name for people.')),
  matches: optional(
    listOf(
      'Requests for which one of these holds; all when absent. Only of ports that speak HTTP.',
      SplitMatch,
    ),
  ),
  backends: listOf('Where they go.', SplitBackend),
  sticky: optional(described('Users stay on their side. Only of ports that speak HTTP.', SplitSticky)),
  mirror: optional(described('Who gets copies of them. Only of ports that speak HTTP.', SplitMirror)),
});
export type SplitRule = Static<typeof SplitRule>;

export const SplitKillSwitch = struct(
  `${TYPES}.SplitKillSwitch`,
  'A flag of the namespace that leaves all requests with the split Service while it is thrown. Each node that evaluates flags heeds it by itself.',
  {
    flag: text('The key of the flag.'),
    variant: optional(text('The variant that throws it; the one whose value is true when absent.')),
    targetingKey: text('For whom the flag is evaluated.'),
  },
);
export type SplitKillSwitch = Static<typeof SplitKillSwitch>;

export const TrafficSplitSpec = struct(`${TYPES}.TrafficSplitSpec`, 'How traffic is split.', {
  service: text('The Service whose traffic it is. Cannot be changed. The oldest split of a Service counts.'),
  rules: listOf(
    'The first that fits a request counts. The last has no matches: it takes all others, and all of ports that do not speak HTTP.',
    SplitRule,
  ),
  killSwitch: optional(described('A flag that takes all traffic back.', SplitKillSwitch)),
});
export type TrafficSplitSpec = Static<typeof TrafficSplitSpec>;

export const TrafficSplit = struct(`${TYPES}.TrafficSplit`, DESCRIPTION, {
  ...objectFields,
  spec: described('How traffic is split.', TrafficSplitSpec),
});
export type TrafficSplit = Static<typeof TrafficSplit>;

export const trafficSplitKind = defineKind<TrafficSplit>({
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'TrafficSplit',
  resource: 'trafficsplits',
  singular: 'trafficsplit',
  shortNames: ['ts'],
  categories: [],
  namespaced: true,
  schema: TrafficSplit,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: true,
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...trafficSplitIssues(spec)],
  checkUpdate: ({ spec }, old) => serviceUpdateIssues(spec.service, old.spec.service),
  columns: [
    {
      name: 'Service',
      type: 'string',
      description: 'Whose traffic it is.',
      value: ({ spec }) => spec.service,
    },
    {
      name: 'Backends',
      type: 'string',
      description: 'Shares of requests that no other rule takes.',
      value: ({ spec }) =>
        (spec.rules.at(-1)?.backends ?? []).map(({ service, weight }) => `${service}=${weight}`).join(','),
    },
    ageColumn(),
  ],
  selectableFields: {},
});
