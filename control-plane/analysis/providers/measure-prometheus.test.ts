// What answers of a Prometheus mean: vectors, scalars, NaN, and answers that are none.
import test from 'ava';
import { BEGAN_MS, testRun, webMetric } from '../test-runs.ts';
import { runTime } from '../assess.ts';
import type { HttpRequest } from './http.ts';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createPrometheusMeasure, readAnswer } from './measure-prometheus.ts';

const answer = (data: object, more: object = {}) => ({
  status: 200,
  text: JSON.stringify({ status: 'success', data, ...more }),
});
const vector = (...values: string[]) =>
  answer({ resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) });

test('numbers of an answer', (t) => {
  t.deepEqual(readAnswer(vector('1', '0.5', '+Inf')), { result: [1, 0.5, Infinity], warnings: '' });
  t.deepEqual(readAnswer(vector()), { result: [], warnings: '' });
  t.deepEqual(readAnswer(answer({ resultType: 'scalar', result: [1, '7'] })), { result: 7, warnings: '' });
  t.deepEqual(readAnswer(vector('NaN')), { result: [Number.NaN], warnings: '' });
  const problem = (status: number, text: string): string => {
    const read = readAnswer({ status, text });
    return 'problem' in read ? read.problem : '';
  };
  t.is(problem(502, '<html>Bad'), 'Prometheus answered with 502 and no JSON: <html>Bad');
  t.is(problem(400, '{"status":"error","error":"parse error"}'), 'Prometheus refuses the query: parse error');
  t.regex(
    problem(200, answer({ resultType: 'matrix', result: [] }).text),
    /with a matrix: make the query give/,
  );
  t.regex(problem(200, '[]'), /answered with 200/);
});

test('a query over a time: all values of all series, between moments that follow from now', async (t) => {
  const series = (...values: string[]) => ({ metric: {}, values: values.map((value, at) => [at, value]) });
  const sent: URL[] = [];
  const http = ({ url }: HttpRequest) => {
    sent.push(new URL(url));
    return Promise.resolve(answer({ resultType: 'matrix', result: [series('1', '2'), series('3')] }));
  };
  const rangeQuery = { start: 'now() - duration("5m")', end: 'now()', step: '1m' };
  const prometheus = { address: 'http://p:9090', query: 'up', rangeQuery };
  const metric = {
    ...webMetric('m', { provider: { prometheus } }),
    successCondition: 'all(result, # < 4)',
  };
  const request = { run: testRun({ metrics: [metric] }), metric, startedAt: runTime(BEGAN_MS) };
  const measure = createPrometheusMeasure(http, new VirtualClock(BEGAN_MS));
  const { measurement } = await measure(request, new AbortController().signal);
  t.deepEqual(measurement, { phase: 'Successful', value: '[1,2,3]' });
  t.is(sent[0]?.pathname, '/api/v1/query_range');
  const asked = sent[0]?.searchParams;
  t.is(asked?.get('start'), String(BEGAN_MS / 1000 - 300));
  t.is(asked?.get('end'), String(BEGAN_MS / 1000));
  t.is(asked?.get('step'), '60');
});

const ROWS: [successCondition: string, values: string[], phase: string, message: RegExp][] = [
  ['result[0] >= 0.95', ['0.99'], 'Successful', /^$/],
  ['result[0] >= 0.95', ['0.5'], 'Failed', /^$/],
  ['result[0] >= 0.95', ['NaN'], 'Inconclusive', /NaN/],
  ['result[0] >= 0.95', [], 'Error', /empty list/],
  ['len(result) == 0 || result[0] >= 0.95', [], 'Successful', /^$/],
  ['isNaN(result[0]) || result[0] >= 0.95', ['NaN'], 'Successful', /^$/],
];

for (const [successCondition, values, phase, message] of ROWS)
  test(`${successCondition} of [${values.join()}]: ${phase}`, async (t) => {
    const sent: HttpRequest[] = [];
    const http = (request: HttpRequest) => {
      sent.push(request);
      return Promise.resolve(vector(...values));
    };
    const measure = createPrometheusMeasure(http, new VirtualClock(BEGAN_MS));
    const prometheus = { address: 'http://p:9090/', query: 'a{b="c"} / d', timeout: 5 };
    const metric = { ...webMetric('m', { provider: { prometheus } }), successCondition };
    const request = { run: testRun({ metrics: [metric] }), metric, startedAt: runTime(BEGAN_MS) };
    const { measurement } = await measure(request, new AbortController().signal);
    t.is<string, string>(measurement.phase, phase);
    t.regex(measurement.message ?? '', message);
    t.is(measurement.value, `[${values.join()}]`);
    const url = new URL(sent[0]?.url ?? '');
    t.deepEqual(
      [url.pathname, url.searchParams.get('query'), sent[0]?.timeoutMs],
      ['/api/v1/query', 'a{b="c"} / d', 5_000],
    );
  });
