// The provider `gantry`: what the proxies of all nodes count, by Service and revision. Needs nothing installed.
import { Type, type Static } from 'typebox';
import { described, integer, listOf, oneOf, optional, struct, text } from '../../schema.ts';

const TYPES = 'dev.gantry.v1alpha1';

const number = (description: string, options: Record<string, unknown> = {}) =>
  Type.Number({ ...options, description });

export const GantryJudge = struct(
  `${TYPES}.GantryJudge`,
  'Compares the revision with its baseline, and fails a measurement when the revision is shown to be worse.',
  {
    test: oneOf(
      'sequential: share of failed requests, with an error rate that holds however often is looked (mixture SPRT). mann-whitney: latencies, as Kayenta judges them.',
      ['sequential', 'mann-whitney'],
    ),
    alpha: optional(
      number(
        'How often a revision that is no worse may be failed, 0 to 0.5; 0.05 when absent, 0.02 for mann-whitney.',
        {
          minimum: 0,
          maximum: 0.5,
        },
      ),
    ),
    tolerance: optional(
      number(
        'Of mann-whitney: which part of the difference itself is tolerated; 0.25 when absent, as in Kayenta.',
        {
          minimum: 0,
          maximum: 10,
        },
      ),
    ),
    allowedIncrease: optional(
      number('Of mann-whitney: by which factor latencies may be greater; 1 when absent.', {
        minimum: 1,
        maximum: 100,
      }),
    ),
  },
);
export type GantryJudge = Static<typeof GantryJudge>;

export const GantryMetric = struct(`${TYPES}.GantryMetric`, 'Measures what went through Services.', {
  metric: oneOf(
    '`result` in conditions. success-rate and error-rate: 0 to 1. latency: milliseconds. request-rate: requests a second.',
    ['success-rate', 'error-rate', 'latency', 'request-rate'],
  ),
  percentile: optional(
    number('Of latency: the share in percent that took no longer; 95 when absent.', {
      minimum: 0,
      maximum: 100,
    }),
  ),
  service: optional(
    text("A Service of the run's namespace; all of them when neither this nor `services` is set."),
  ),
  services: optional(
    listOf("Several Services of the run's namespace, added up.", text('Name of a Service.')),
  ),
  revision: text('The pod-template-hash whose traffic is measured.'),
  baselineRevision: optional(text('The pod-template-hash that the judge compares it with.')),
  window: optional(
    text(
      'How far back each measurement looks, e.g. `30s`. Absent: to the measurement before that had enough requests.',
    ),
  ),
  minimumRequests: optional(
    integer('How many requests there must be for a verdict.', { minimum: 1, default: 10 }),
  ),
  notEnoughTraffic: optional(
    oneOf(
      'What it means that there are fewer. Wait: nothing yet, whatever the limits say. Inconclusive: it counts as an inconclusive measurement.',
      ['Wait', 'Inconclusive'],
      { default: 'Wait' },
    ),
  ),
  judge: optional(described('Compares the revision with its baseline.', GantryJudge)),
});
export type GantryMetric = Static<typeof GantryMetric>;
