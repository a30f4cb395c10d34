// The query and headers of writes: who writes as which manager, how strictly, and whether for real.
import { managerNameFault } from '@gantry/api/patch/managers';
import { badRequest, invalid } from '@gantry/api/status-error';
import type { WriteContext } from '../resources/resources.ts';
import type { Exchange } from './exchange.ts';

const MANAGER_NAME_MAX = 128;

/** The context in which the exchange writes. @throws StatusError 400 or 422. */
export function writeContext(exchange: Exchange): WriteContext {
  const { user, requestId, signal, query, headers } = exchange;
  const idempotencyKey = headers['idempotency-key'];
  return {
    user,
    requestId,
    signal,
    fieldManager: fieldManagerOf(query, headers['user-agent']),
    fieldValidation: fieldValidationOf(query),
    dryRun: isDryRun(query.getAll('dryRun')),
    fence: [],
    warn: (sentence) => {
      exchange.warn(sentence);
    },
    ...(typeof idempotencyKey === 'string' && idempotencyKey !== '' ? { idempotencyKey } : {}),
  };
}

/** As Kubernetes: the program's name from its User-Agent where the client does not say. */
function fieldManagerOf(query: URLSearchParams, userAgent = ''): string {
  const named = query.get('fieldManager') ?? '';
  if (named === '') return userAgent.split('/')[0]?.slice(0, MANAGER_NAME_MAX).trim() || 'unknown';
  const fault = managerNameFault(named);
  if (fault !== undefined)
    throw invalidWriteOption('fieldManager', `Invalid value: ${JSON.stringify(named)}: ${fault}`);
  return named;
}

function fieldValidationOf(query: URLSearchParams): WriteContext['fieldValidation'] {
  const text = query.get('fieldValidation') ?? '';
  if (text === '') return 'Warn';
  if (text === 'Strict' || text === 'Warn' || text === 'Ignore') return text;
  throw invalidWriteOption(
    'fieldValidation',
    `Invalid value: ${JSON.stringify(text)}: fieldValidation must be one of Strict, Warn, Ignore`,
  );
}

/** @throws StatusError 422 for anything but `All`: a typing error must not become a real write. */
export function isDryRun(values: readonly string[]): boolean {
  const sent = values.filter((value) => value !== '');
  const wrong = sent.find((value) => value !== 'All');
  if (wrong !== undefined) {
    throw invalidWriteOption(
      'dryRun',
      `Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`,
    );
  }
  return sent.length > 0;
}

function invalidWriteOption(path: string, message: string): Error {
  return invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
    { path, reason: 'FieldValueNotSupported', message },
  ]);
}

/** @throws StatusError 400 unless the value is an object. */
export function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badRequest(`${what} must be an object`);
}
