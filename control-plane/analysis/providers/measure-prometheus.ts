// Asks a Prometheus. As in Argo Rollouts a vector is a list of numbers, a scalar a number.
import { verdictOn } from '@gantry/api/analysis/condition/verdict';
import { durationIn } from '@gantry/api/analysis/metric-rules';
import { momentIn } from '@gantry/api/analysis/moment';
import { isList, isMap } from '@gantry/api/json-value';
import type { PrometheusMetric } from '@gantry/api/kinds/analysis/provider';
import type { Clock } from '@gantry/kit/clock';
import { errorMeasured, type Measure } from '../measure.ts';
import { authorizationOf } from './authorization.ts';
import { excerpt, headersOf, type Http, type HttpAnswer } from './http.ts';

const TIMEOUT_SECONDS = 30;
/** Values that one query may give. */
const VALUES_MAX = 1_000;

/** Measures metrics of the provider `prometheus`. */
export function createPrometheusMeasure(http: Http, clock: Pick<Clock, 'nowMs'>): Measure {
  return async ({ metric }, signal) => {
    const { prometheus } = metric.provider;
    if (prometheus === undefined) return errorMeasured('no provider');
    const { timeout = TIMEOUT_SECONDS, insecure = false, authentication } = prometheus;
    const bounds = { timeoutMs: timeout * 1000, insecure };
    const url = addressOf(prometheus, timeout, clock.nowMs());
    const authorization = await authorizationOf(authentication, http, bounds, signal);
    const headers = { ...headersOf(prometheus.headers), ...authorization };
    const answer = await http({ ...bounds, url, headers, method: 'GET' }, signal);
    const read = readAnswer(answer, prometheus.rangeQuery !== undefined);
    if ('problem' in read) return errorMeasured(read.problem);
    const { result, warnings } = read;
    const { phase, message } = verdictOn(result, metric);
    const value = isList(result) ? `[${result.map(String).join(',')}]` : String(result);
    return {
      measurement: {
        ...{ phase, value },
        ...(message === undefined ? {} : { message }),
        ...(warnings === '' ? {} : { metadata: { warnings } }),
      },
    };
  };
}

/** Times are told in seconds. */
function addressOf(
  { address, query, rangeQuery }: PrometheusMetric,
  timeoutSeconds: number,
  nowMs: number,
): string {
  const path = rangeQuery === undefined ? 'query' : 'query_range';
  const url = new URL(`${address.replace(/\/+$/, '')}/api/v1/${path}`);
  url.searchParams.set('query', query);
  url.searchParams.set('timeout', `${timeoutSeconds}s`);
  if (rangeQuery === undefined) return url.href;
  for (const field of ['start', 'end'] as const)
    url.searchParams.set(field, String(momentIn(field, rangeQuery[field], nowMs) / 1000));
  url.searchParams.set('step', String(durationIn('step', rangeQuery.step) / 1000));
  return url.href;
}

type Read = { result: number | readonly number[]; warnings: string } | { problem: string };

/** Numbers of an answer. Pure. */
export function readAnswer({ status, text }: HttpAnswer, isRange = false): Read {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { problem: `Prometheus answered with ${status} and no JSON: ${excerpt(text)}` };
  }
  if (!isMap(body)) return { problem: `Prometheus answered with ${status}: ${excerpt(text)}` };
  if (body['status'] !== 'success')
    return {
      problem: `Prometheus refuses the query: ${excerpt(typeof body['error'] === 'string' ? body['error'] : text)}`,
    };
  const data = isMap(body['data']) ? body['data'] : {};
  const warnings = isList(body['warnings']) ? excerpt(body['warnings'].map(String).join('; ')) : '';
  const { resultType, result } = data;
  if (resultType === 'scalar') return { result: numberOf(result), warnings };
  const fields = isRange
    ? { type: 'matrix', of: valuesOf, words: 'values over time' }
    : { type: 'vector', of: valueOf, words: 'a vector or a scalar' };
  if (resultType !== fields.type || !isList(result))
    return {
      problem: `Prometheus answered with a ${String(resultType)}: make the query give ${fields.words}`,
    };
  const pairs = result.flatMap(fields.of);
  if (pairs.length > VALUES_MAX)
    return { problem: `Prometheus answered with over ${VALUES_MAX} values: aggregate them` };
  return { result: pairs.map(numberOf), warnings };
}

const valueOf = (sample: unknown): readonly unknown[] => [isMap(sample) ? sample['value'] : undefined];

/** One series after the other, as Argo Rollouts has them. */
function valuesOf(series: unknown): readonly unknown[] {
  const values = isMap(series) ? series['values'] : undefined;
  return isList(values) ? values : [];
}

/** Of `[time, "value"]`; Prometheus writes NaN and +Inf as words. */
function numberOf(pair: unknown): number {
  const text = isList(pair) ? pair[1] : undefined;
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
}
