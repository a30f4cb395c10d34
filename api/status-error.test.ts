import test from 'ava';
import * as errors from './status-error.ts';
import type { StatusError } from './status-error.ts';
import { type Status } from './status-error.ts';

const pods = { group: '', resource: 'pods', kind: 'Pod' };
const deployments = { group: 'apps', resource: 'deployments', kind: 'Deployment' };

test('messages, reasons, codes and details are those of Kubernetes', (t) => {
  const table: [StatusError, number, string, string, Status['details']][] = [
    [errors.notFound(pods, 'x'), 404, 'NotFound', 'pods "x" not found', { name: 'x', kind: 'pods' }],
    [
      errors.notFound(deployments, 'x'),
      404,
      'NotFound',
      'deployments.apps "x" not found',
      { name: 'x', group: 'apps', kind: 'deployments' },
    ],
    [
      errors.alreadyExists(pods, 'x'),
      409,
      'AlreadyExists',
      'pods "x" already exists',
      { name: 'x', kind: 'pods' },
    ],
    [
      errors.conflict(pods, 'x'),
      409,
      'Conflict',
      'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
      { name: 'x', kind: 'pods' },
    ],
    [
      errors.forbidden(pods, 'x', 'no'),
      403,
      'Forbidden',
      'pods "x" is forbidden: no',
      { name: 'x', kind: 'pods' },
    ],
    [errors.forbidden(pods, '', 'no'), 403, 'Forbidden', 'pods is forbidden: no', { kind: 'pods' }],
    [errors.forbidden(undefined, '', 'no'), 403, 'Forbidden', 'forbidden: no', undefined],
    [errors.badRequest('what'), 400, 'BadRequest', 'what', undefined],
    [errors.unauthorized(), 401, 'Unauthorized', 'Unauthorized', undefined],
    [errors.expired('old'), 410, 'Expired', 'old', undefined],
    [
      errors.tooLarge('limit is 3 MiB'),
      413,
      'RequestEntityTooLarge',
      'Request entity too large: limit is 3 MiB',
      undefined,
    ],
    [errors.tooManyRequests('wait', 2), 429, 'TooManyRequests', 'wait', { retryAfterSeconds: 2 }],
    [errors.timeout('slow'), 504, 'Timeout', 'Timeout: slow', undefined],
    [
      errors.internal('oops'),
      500,
      'InternalError',
      'Internal error occurred: oops',
      { causes: [{ message: 'oops' }] },
    ],
    [errors.unavailable('later'), 503, 'ServiceUnavailable', 'later', undefined],
    [
      errors.methodNotAllowed(deployments, 'delete'),
      405,
      'MethodNotAllowed',
      'delete is not supported on resources of kind "deployments.apps"',
      { group: 'apps', kind: 'deployments' },
    ],
    [
      errors.unsupportedMediaType(['application/json'], 'use JSON'),
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json (use JSON)',
      undefined,
    ],
    [
      errors.notAcceptable(['application/json']),
      406,
      'NotAcceptable',
      'only the following media types are accepted: application/json',
      undefined,
    ],
    [errors.unprocessable('test failed'), 422, 'Invalid', 'test failed', undefined],
  ];
  for (const [error, code, reason, message, details] of table) {
    t.is(error.message, message);
    t.is(error.code, reason);
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason };
    t.deepEqual(JSON.parse(JSON.stringify(error)), { ...status, ...(details ? { details } : {}), code });
  }
});

test('an invalid object: one finding inline, several in brackets, all as causes', (t) => {
  const one = {
    path: 'spec.selector',
    reason: 'FieldValueInvalid',
    message: 'Invalid value: "x": must match',
  } as const;
  const two = { path: 'spec.replicas', reason: 'FieldValueRequired', message: 'Required value' } as const;
  const single = errors.invalid(deployments, 'x', [one]);
  t.is(single.message, 'Deployment.apps "x" is invalid: spec.selector: Invalid value: "x": must match');
  t.deepEqual(single.status.details, {
    ...{ name: 'x', group: 'apps', kind: 'Deployment' },
    causes: [{ reason: one.reason, message: one.message, field: one.path }],
  });
  const several = errors.invalid(pods, 'x', [one, two, one]);
  t.is(
    several.message,
    'Pod "x" is invalid: [spec.selector: Invalid value: "x": must match, spec.replicas: Required value]',
  );
  t.is(several.status.details?.causes?.length, 3);
});

test('a conflict of managers: one inline, several by manager', (t) => {
  const by = (manager: string, field: string) => ({
    field,
    message: `conflict with "${manager}" using apps/v1`,
  });
  const one = errors.applyConflict([by('a', '.spec.replicas')]);
  t.is(one.message, 'Apply failed with 1 conflict: conflict with "a" using apps/v1: .spec.replicas');
  t.deepEqual(one.status.details?.causes, [
    { reason: 'FieldManagerConflict', message: 'conflict with "a" using apps/v1', field: '.spec.replicas' },
  ]);
  const several = errors.applyConflict([by('a', '.x'), by('b', '.z'), by('a', '.y')]);
  t.is(
    several.message,
    'Apply failed with 3 conflicts: conflicts with "a" using apps/v1:\n- .x\n- .y\nconflict with "b" using apps/v1: .z',
  );
});

test('what was thrown can be told apart', (t) => {
  t.true(errors.isNotFound(errors.notFound(pods, 'x')));
  t.false(errors.isNotFound(new Error('pods "x" not found')));
  t.true(errors.isConflict(errors.conflict(pods, 'x')));
  t.false(errors.isConflict(errors.alreadyExists(pods, 'x')));
  t.true(errors.isAlreadyExists(errors.alreadyExists(pods, 'x')));
  t.true(errors.isExpired(errors.expired('old')));
  t.deepEqual(errors.successStatus({ uid: 'u' }).details, { uid: 'u' });
});
