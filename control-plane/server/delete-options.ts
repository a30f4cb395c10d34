// How a deletion is to be done: from the body (DeleteOptions) and from the query.
import { badRequest, invalid } from '@gantry/api/status-error';
import type { DeleteOptions } from '../resources/resources.ts';
import type { Exchange } from './exchange.ts';
import { parseBody } from './request-body.ts';
import { wholeNumber } from './read-options.ts';
import { isDryRun, recordOf } from './write-options.ts';

/** Options with the wish to try only. */
export interface SentDeleteOptions {
  options: DeleteOptions;
  dryRun: boolean;
}

/** @throws StatusError 400, 415, 422. */
export async function sentDeleteOptions(exchange: Exchange): Promise<SentDeleteOptions> {
  const body = await exchange.readBody();
  const raw = body.bytes.length === 0 ? {} : recordOf(parseBody(body) ?? {}, 'the body of a deletion');
  return deleteOptionsOf(raw, exchange.query);
}

/** What the body says, else the query. */
export function deleteOptionsOf(raw: Record<string, unknown>, query: URLSearchParams): SentDeleteOptions {
  const kind = raw['kind'];
  if (kind !== undefined && kind !== '' && kind !== 'DeleteOptions') {
    throw badRequest(`the body of a deletion is of kind DeleteOptions, not ${JSON.stringify(kind)}`);
  }
  const graceSeconds = seconds(raw['gracePeriodSeconds']) ?? wholeNumber(query, 'gracePeriodSeconds');
  const policy = policyOf(raw, query);
  const preconditions = preconditionsOf(raw['preconditions']);
  const dryRun = raw['dryRun'] ?? [];
  if (!Array.isArray(dryRun)) throw badRequest('dryRun must be a list');
  return {
    options: {
      ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
      ...(policy === undefined ? {} : { propagationPolicy: policy }),
      ...(preconditions === undefined ? {} : { preconditions }),
    },
    dryRun: isDryRun([...query.getAll('dryRun'), ...dryRun.map(String)]),
  };
}

function seconds(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  // Kubernetes takes -1 for "at once".
  if (value === -1) return 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw badRequest('gracePeriodSeconds must be a whole number from 0');
}

function policyOf(raw: Record<string, unknown>, query: URLSearchParams): DeleteOptions['propagationPolicy'] {
  const orphan = raw['orphanDependents'] ?? query.get('orphanDependents') ?? undefined;
  const policy = raw['propagationPolicy'] ?? query.get('propagationPolicy') ?? undefined;
  if (orphan !== undefined && policy !== undefined)
    throw badOption('orphanDependents and propagationPolicy cannot be both set');
  if (orphan !== undefined) return orphan === true || orphan === 'true' ? 'Orphan' : 'Background';
  if (policy === undefined || policy === '') return undefined;
  if (policy === 'Background' || policy === 'Foreground' || policy === 'Orphan') return policy;
  throw badOption(
    `Unsupported value: ${JSON.stringify(policy)}: supported values: "Background", "Foreground", "Orphan"`,
  );
}

function badOption(message: string): Error {
  return invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
    { path: 'propagationPolicy', reason: 'FieldValueNotSupported', message },
  ]);
}

function preconditionsOf(value: unknown): DeleteOptions['preconditions'] {
  if (value === undefined || value === null) return undefined;
  const { uid, resourceVersion } = recordOf(value, 'preconditions');
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  };
}
