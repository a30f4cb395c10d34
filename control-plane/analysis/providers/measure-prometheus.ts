// Asks a Prometheus. As in Argo Rollouts a vector is a list of numbers, a scalar a number.
import { verdictOn } from '@gantry/api/analysis/condition/verdict';
import { isList, isMap } from '@gantry/api/json-value';
import { errorMeasured, type Measure } from '../measure.ts';
import { excerpt, headersOf, type Http, type HttpAnswer } from './http.ts';

const TIMEOUT_SECONDS = 30;
/** Values that one query may give. */
const VALUES_MAX = 1_000;

/** Measures metrics of the provider `prometheus`. */
export function createPrometheusMeasure(http: Http): Measure {
  return async ({ metric }, signal) => {
    const { prometheus } = metric.provider;
    if (prometheus === undefined) return errorMeasured('no provider');
    const { address, query, timeout = TIMEOUT_SECONDS, insecure = false } = prometheus;
    const url = new URL(`${address.replace(/\/+$/, '')}/api/v1/query`);
    url.searchParams.set('query', query);
    url.searchParams.set('timeout', `${timeout}s`);
    const request = { url: url.href, headers: headersOf(prometheus.headers), timeoutMs: timeout * 1000 };
    const answer = await http({ ...request, method: 'GET', insecure }, signal);
    const read = readAnswer(answer);
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

type Read = { result: number | readonly number[]; warnings: string } | { problem: string };

/** Numbers of an answer. Pure. */
export function readAnswer({ status, text }: HttpAnswer): Read {
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
  if (resultType !== 'vector' || !isList(result))
    return {
      problem: `Prometheus answered with a ${String(resultType)}: make the query give a vector or a scalar`,
    };
  if (result.length > VALUES_MAX)
    return { problem: `Prometheus answered with over ${VALUES_MAX} values: aggregate them` };
  return { result: result.map((sample) => numberOf(isMap(sample) ? sample['value'] : undefined)), warnings };
}

/** Of `[time, "value"]`; Prometheus writes NaN and +Inf as words. */
function numberOf(pair: unknown): number {
  const text = isList(pair) ? pair[1] : undefined;
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
}
