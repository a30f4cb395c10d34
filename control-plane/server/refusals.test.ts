// What is refused, with the code, reason and sentence that a client of Kubernetes expects. One server for all rows:
// a refusal changes nothing.
import test from 'ava';
import { configMap, pod } from '../resources/test-resources.ts';
import type { ControlPlane } from '../control-plane.ts';
import { CONFIG_MAPS, testClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const PODS = '/api/v1/namespaces/default/pods';
let plane: ControlPlane;

test.before(async () => {
  plane = await startTestServer();
});

test.after.always(() => plane.stop());

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'AlreadyExists',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
};

interface Row {
  name: string;
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  code: number;
  message: RegExp;
}

const rows: Row[] = [
  {
    name: 'a field named twice, strictly',
    method: 'POST',
    path: `${CONFIG_MAPS}?fieldValidation=Strict`,
    body: '{"metadata":{"name":"a"},"data":{"x":"1","x":"2"}}',
    code: 400,
    message: /strict decoding error: duplicate field "data.x"/,
  },
  {
    name: 'unknown path',
    method: 'GET',
    path: '/nope',
    code: 404,
    message: /could not find the requested resource/,
  },
  {
    name: 'unknown resource',
    method: 'GET',
    path: '/api/v1/widgets',
    code: 404,
    message: /could not find/,
  },
  {
    name: 'unknown group',
    method: 'GET',
    path: '/apis/x/v1/pods',
    code: 404,
    message: /could not find/,
  },
  {
    name: 'unknown object',
    method: 'GET',
    path: `${PODS}/x`,
    code: 404,
    message: /^pods "x" not found$/,
  },
  {
    name: 'unknown subresource',
    method: 'GET',
    path: `${PODS}/x/nope`,
    code: 404,
    message: /could not find/,
  },
  {
    name: 'an undecodable path',
    method: 'GET',
    path: '/api/v1/%E0%A4%A',
    code: 404,
    message: /could not find/,
  },
  {
    name: 'POST to an object',
    method: 'POST',
    path: `${PODS}/x`,
    body: {},
    code: 405,
    message: /does not allow this method/,
  },
  {
    name: 'PUT to a collection',
    method: 'PUT',
    path: PODS,
    body: {},
    code: 405,
    message: /does not allow/,
  },
  {
    name: 'a strange method',
    method: 'OPTIONS',
    path: PODS,
    code: 405,
    message: /does not allow/,
  },
  {
    name: 'DELETE of a fixed path',
    method: 'DELETE',
    path: '/version',
    code: 405,
    message: /does not allow/,
  },
  {
    name: 'creation without a namespace',
    method: 'POST',
    path: '/api/v1/pods',
    body: pod('a'),
    code: 405,
    message: /does not allow/,
  },
  {
    name: 'no JSON',
    method: 'POST',
    path: CONFIG_MAPS,
    body: '{"a":',
    code: 400,
    message: /no valid JSON/,
  },
  {
    name: 'an empty body',
    method: 'POST',
    path: CONFIG_MAPS,
    body: '',
    code: 400,
    message: /no valid JSON/,
  },
  {
    name: 'no object',
    method: 'POST',
    path: CONFIG_MAPS,
    body: '[1]',
    code: 400,
    message: /must be an object/,
  },
  {
    name: 'null',
    method: 'POST',
    path: CONFIG_MAPS,
    body: 'null',
    code: 400,
    message: /must be an object/,
  },
  {
    name: 'no YAML',
    method: 'POST',
    path: CONFIG_MAPS,
    body: 'a: [',
    headers: { 'content-type': 'application/yaml' },
    code: 400,
    message: /no valid YAML.*line 1/s,
  },
  {
    name: 'doubled keys in YAML',
    method: 'POST',
    path: CONFIG_MAPS,
    body: 'a: 1\na: 2\n',
    headers: { 'content-type': 'application/yaml' },
    code: 400,
    message: /line 2, column 1: the key "a" stands twice/,
  },
  {
    name: 'several documents',
    method: 'POST',
    path: CONFIG_MAPS,
    body: 'a: 1\n---\na: 2\n',
    headers: { 'content-type': 'application/yaml' },
    code: 400,
    message: /documents/,
  },
  {
    name: 'another kind',
    method: 'POST',
    path: CONFIG_MAPS,
    body: pod('a'),
    code: 400,
    message: /kind in the data \("Pod"\)/,
  },
  {
    name: 'another version',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { ...configMap('a'), apiVersion: 'v2' },
    code: 400,
    message: /API version in the data/,
  },
  {
    name: 'another namespace',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { ...configMap('a'), metadata: { name: 'a', namespace: 'x' } },
    code: 400,
    message: /does not match the namespace/,
  },
  {
    name: 'metadata that is none',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { metadata: 'x' },
    code: 400,
    message: /metadata must be an object/,
  },
  {
    name: 'unknown field, strictly',
    method: 'POST',
    path: `${CONFIG_MAPS}?fieldValidation=Strict`,
    body: { ...configMap('a'), dta: {} },
    code: 400,
    message: /strict decoding error: unknown field "dta"/,
  },
  {
    name: 'a value of the wrong type',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { ...configMap('a'), data: { x: true } },
    code: 400,
    message: /data/,
  },
  {
    name: 'a revision on creation',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { ...configMap('a'), metadata: { name: 'a', resourceVersion: '3' } },
    code: 400,
    message: /resourceVersion should not be set/,
  },
  {
    name: 'a bad name',
    method: 'POST',
    path: CONFIG_MAPS,
    body: configMap('A_b'),
    code: 422,
    message: /metadata\.name/,
  },
  {
    name: 'a namespace that is not there',
    method: 'POST',
    path: '/api/v1/namespaces/x/configmaps',
    body: { metadata: { name: 'a' } },
    code: 404,
    message: /^namespaces "x" not found$/,
  },
  {
    name: 'a name taken',
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: 'default' } },
    code: 409,
    message: /^namespaces "default" already exists$/,
  },
  {
    name: 'a namespace of the cluster',
    method: 'DELETE',
    path: '/api/v1/namespaces/kube-system',
    code: 403,
    message: /may not be deleted/,
  },
  {
    name: 'protobuf',
    method: 'POST',
    path: CONFIG_MAPS,
    body: 'k8s',
    headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
    code: 415,
    message: /kubectl apply -f -/,
  },
  {
    name: 'a form',
    method: 'POST',
    path: CONFIG_MAPS,
    body: 'a=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    code: 415,
    message: /application\/json/,
  },
  {
    name: 'a packed body',
    method: 'POST',
    path: CONFIG_MAPS,
    body: 'x',
    headers: { 'content-encoding': 'gzip' },
    code: 415,
    message: /identity/,
  },
  {
    name: 'a form of answer that is not served',
    method: 'GET',
    path: CONFIG_MAPS,
    headers: { accept: 'text/html' },
    code: 406,
    message: /application\/json/,
  },
  {
    name: 'dryRun that is none',
    method: 'POST',
    path: `${CONFIG_MAPS}?dryRun=yes`,
    body: configMap('a'),
    code: 422,
    message: /dryRun/,
  },
  {
    name: 'fieldValidation that is none',
    method: 'POST',
    path: `${CONFIG_MAPS}?fieldValidation=x`,
    body: configMap('a'),
    code: 422,
    message: /Strict, Warn, Ignore/,
  },
  {
    name: 'a limit that is none',
    method: 'GET',
    path: `${PODS}?limit=x`,
    code: 400,
    message: /limit must be a whole number/,
  },
  {
    name: 'a revision that is none',
    method: 'GET',
    path: `${PODS}?resourceVersion=x`,
    code: 422,
    message: /resourceVersion/,
  },
  {
    name: 'a label selector that is none',
    method: 'GET',
    path: `${PODS}?labelSelector=a+in+b`,
    code: 400,
    message: /label selector/,
  },
  {
    name: 'a field that cannot be selected',
    method: 'GET',
    path: `${PODS}?fieldSelector=spec.x%3D1`,
    code: 400,
    message: /"spec.x" is not a known field selector/,
  },
  {
    name: 'a continue token that is none',
    method: 'GET',
    path: `${PODS}?continue=abc`,
    code: 400,
    message: /continue key is not valid/,
  },
  {
    name: 'a patch of nothing',
    method: 'PATCH',
    path: `${PODS}/x`,
    body: {},
    headers: { 'content-type': 'application/merge-patch+json' },
    code: 404,
    message: /pods "x" not found/,
  },
  {
    name: 'exec without a tunnel',
    method: 'POST',
    path: `${PODS}/x/exec`,
    code: 404,
    message: /could not find/,
  },
];

for (const { name, method, path, body, headers, code, message } of rows) {
  test(`refused: ${name}`, async (t) => {
    const answer = await testClient(plane.url).call(method, path, body, headers);
    t.is(answer.code, code, answer.text);
    t.like(answer.body, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: REASONS[code], code });
    t.regex(String(answer.body['message']), message);
    t.notRegex(answer.text, /node_modules|\.ts:\d/);
    t.truthy(answer.headers.get('x-request-id'));
  });
}
