// Asks an address for JSON, and takes a part of it.
import { answerPath } from '@gantry/api/analysis/answer-path';
import { verdictOn } from '@gantry/api/analysis/condition/verdict';
import type { WebMetric } from '@gantry/api/kinds/analysis/provider';
import { JSONPath } from 'jsonpath-plus';
import { errorMeasured, type Measure } from '../measure.ts';
import { authorizationOf } from './authorization.ts';
import { excerpt, headersOf, type Http, type HttpRequest } from './http.ts';

const TIMEOUT_SECONDS = 10;

/** Measures metrics of the provider `web`. */
export function createWebMeasure(http: Http): Measure {
  return async ({ metric }, signal) => {
    const { web } = metric.provider;
    if (web === undefined) return errorMeasured('no provider');
    const request = requestOf(web);
    const authorization = await authorizationOf(web.authentication, http, request, signal);
    const headers = { ...request.headers, ...authorization };
    const answer = await http({ ...request, headers }, signal);
    if (answer.status < 200 || answer.status >= 300)
      return errorMeasured(`received non 2xx response code: ${answer.status}: ${excerpt(answer.text)}`);
    const read = readPart(answer.text, web.jsonPath);
    if ('problem' in read) return errorMeasured(read.problem);
    const { phase, message } = verdictOn(read.result, metric);
    const value = typeof read.result === 'string' ? read.result : JSON.stringify(read.result);
    return { measurement: { ...{ phase, value }, ...(message === undefined ? {} : { message }) } };
  };
}

function requestOf(web: WebMetric): HttpRequest {
  const { url, method = 'GET', jsonBody, timeoutSeconds = TIMEOUT_SECONDS, insecure = false } = web;
  const isJson = jsonBody !== undefined;
  const body = isJson ? JSON.stringify(jsonBody) : web.body;
  return {
    ...{ url, method, insecure, timeoutMs: timeoutSeconds * 1000 },
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headersOf(web.headers) },
    ...(body === undefined || method === 'GET' ? {} : { body }),
  };
}

/** What a path of kubectl's form (`{$.a.b}`) names: the value itself where it is one, else a list. Pure. */
export function readPart(text: string, jsonPath = ''): { result: unknown } | { problem: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { problem: `the answer is no JSON: ${excerpt(text)}` };
  }
  const read = answerPath(jsonPath);
  if ('problem' in read) return { problem: `jsonPath: ${read.problem}` };
  const { path } = read;
  if (path === '$') return { result: body };
  try {
    const found: unknown = JSONPath({ path, json: body as object, wrap: true, eval: false });
    const values = found as unknown[];
    if (values.length === 0)
      return { problem: `jsonPath ${jsonPath} finds nothing in the answer: ${excerpt(text)}` };
    return { result: values.length === 1 && !/\*|\.\.|,/.test(path) ? values[0] : values };
  } catch (error) {
    return { problem: `jsonPath ${jsonPath} cannot be read: ${(error as Error).message}` };
  }
}
