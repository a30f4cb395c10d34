// Where metrics come from. Fields are Argo Rollouts'; what it has and Gantry does not do is named.
import { Type, type Static } from 'typebox';
import { ObjectMeta } from '../../meta.ts';
import {
  ARGO,
  described,
  flag,
  integer,
  listOf,
  long,
  notYet,
  oneOf,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { JobSpec } from '../job.ts';
import { GantryMetric } from './gantry-metric.ts';

const TYPES = 'dev.gantry.v1alpha1';

export const MetricHeader = struct(`${TYPES}.MetricHeader`, 'A header of a request.', {
  key: text('Its name.'),
  value: text('Its value.'),
});
export type MetricHeader = Static<typeof MetricHeader>;

const OAuth2 = struct(
  `${TYPES}.MetricOAuth2`,
  "A token that is asked for with the client's own credentials, for each measurement.",
  {
    tokenUrl: text('Where tokens are given out.'),
    clientId: text('The name of the client.'),
    clientSecret: text('Its secret. Take it from a Secret: `{{args.secret}}`.'),
    scopes: optional(listOf('What the token is to be good for.', text('A scope.'))),
  },
);

const BasicAuth = struct(`${TYPES}.MetricBasicAuth`, 'User and password.', {
  username: text('The user.'),
  password: text('The password. Take it from a Secret: `{{args.password}}`.'),
});

export const MetricAuthentication = struct(
  `${TYPES}.MetricAuthentication`,
  'How the request says who asks. At most one is set; it counts before a header of that name.',
  {
    oauth2: optional(described('A token of an OAuth 2.0 server.', OAuth2)),
    basicAuth: optional(described('User and password.', BasicAuth)),
  },
  notYet({ sigv4: 'Put a proxy that signs requests in front of it.' }, ARGO),
);
export type MetricAuthentication = Static<typeof MetricAuthentication>;

export const RangeQuery = struct(
  `${TYPES}.PrometheusRangeQuery`,
  'A query over a time: `result` is the list of all values of all series.',
  {
    start: text('From when on: `now() - duration("5m")`, or `date("2026-11-29T12:00:00Z")`.'),
    end: text('Until when: `now()`.'),
    step: text('Time from value to value: `1m`.'),
  },
);

export const PrometheusMetric = struct(
  `${TYPES}.PrometheusMetric`,
  'Asks a Prometheus. A vector is a list of numbers in conditions (`result[0]`), a scalar a number.',
  {
    address: text('Where it answers, e.g. `http://prometheus.monitoring:9090`.'),
    query: text('The query, in PromQL.'),
    timeout: optional(
      long('Seconds after which it is an error; 30 when absent.', { minimum: 1, maximum: 300 }),
    ),
    insecure: optional(flag('Whether its certificate is not verified.')),
    headers: optional(listOf('Headers of the request.', MetricHeader)),
    authentication: optional(described('Who asks.', MetricAuthentication)),
    rangeQuery: optional(described('Asks for a time, not for now.', RangeQuery)),
  },
);
export type PrometheusMetric = Static<typeof PrometheusMetric>;

export const WebMetric = struct(`${TYPES}.WebMetric`, 'Asks an address for JSON.', {
  url: text('The address: http or https.'),
  method: optional(oneOf('The method; GET when absent.', ['GET', 'POST', 'PUT'])),
  headers: optional(listOf('Headers of the request.', MetricHeader)),
  body: optional(text('What is sent with POST and PUT.')),
  jsonBody: optional(
    Type.Unsafe<unknown>({
      'x-kubernetes-preserve-unknown-fields': true,
      description: 'JSON that is sent with POST and PUT.',
    }),
  ),
  timeoutSeconds: optional(
    integer('Seconds after which it is an error; 10 when absent.', { minimum: 1, maximum: 300 }),
  ),
  jsonPath: optional(
    text('Which part of the answer is `result`, e.g. `{$.data.ok}`; the whole when absent.'),
  ),
  insecure: optional(flag('Whether its certificate is not verified.')),
  authentication: optional(described('Who asks.', MetricAuthentication)),
});
export type WebMetric = Static<typeof WebMetric>;

export const JobMetric = struct(
  `${TYPES}.JobMetric`,
  'Runs a Job: successful when it completes, failed when it fails.',
  {
    metadata: optional(described('Labels and annotations of the Job.', ObjectMeta)),
    spec: described('What the Job is to be.', JobSpec),
  },
);
export type JobMetric = Static<typeof JobMetric>;

const ELSEWHERE = 'Use prometheus, web or job.';

export const MetricProvider = struct(
  `${TYPES}.MetricProvider`,
  'Where a metric comes from. Exactly one is set.',
  {
    gantry: optional(described('What the proxies count.', GantryMetric)),
    prometheus: optional(described('A Prometheus.', PrometheusMetric)),
    web: optional(described('An address that answers with JSON.', WebMetric)),
    job: optional(described('A Job.', JobMetric)),
  },
  notYet(
    {
      kayenta: 'Use gantry with a judge.',
      datadog: ELSEWHERE,
      newRelic: ELSEWHERE,
      wavefront: ELSEWHERE,
      cloudWatch: ELSEWHERE,
      graphite: ELSEWHERE,
      influxdb: ELSEWHERE,
      skywalking: ELSEWHERE,
      plugin: ELSEWHERE,
    },
    ARGO,
  ),
);
export type MetricProvider = Static<typeof MetricProvider>;
