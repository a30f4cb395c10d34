// /healthz, /livez and /readyz: which checks pass, in Kubernetes' wording. Open to everybody.
import { StatusError } from '@gantry/api/status-error';
import type { Answer } from './exchange.ts';

/** One thing that has to be well. */
export interface HealthCheck {
  name: string;
  /** Vital checks decide over /livez too: without them the process is beyond help. */
  vital: boolean;
  /** Undefined when well, else why not. */
  trouble(): string | undefined;
}

/** The paths served, and whether they ask only for vital checks. */
export const HEALTH_PATHS: ReadonlyMap<string, { name: string; vitalOnly: boolean }> = new Map([
  ['/healthz', { name: 'healthz', vitalOnly: false }],
  ['/livez', { name: 'livez', vitalOnly: true }],
  ['/readyz', { name: 'readyz', vitalOnly: false }],
]);

/** The answer to `path`; `verbose` lists each check. */
export function healthAnswer(path: string, query: URLSearchParams, checks: readonly HealthCheck[]): Answer {
  const { name, vitalOnly } = HEALTH_PATHS.get(path) ?? { name: 'healthz', vitalOnly: false };
  const excluded = new Set(query.getAll('exclude'));
  const asked = checks.filter((check) => (check.vital || !vitalOnly) && !excluded.has(check.name));
  const results = asked.map((check) => ({ check: check.name, trouble: troubleOf(check) }));
  const failed = results.some(({ trouble }) => trouble !== undefined);
  const lines = results.map(({ check, trouble }) =>
    trouble === undefined ? `[+]${check} ok` : `[-]${check} failed: ${trouble}`,
  );
  const verdict = failed ? `${name} check failed` : `${name} check passed`;
  const text = failed || query.has('verbose') ? `${[...lines, verdict].join('\n')}\n` : 'ok';
  return { type: 'text', status: failed ? 500 : 200, contentType: 'text/plain; charset=utf-8', text };
}

function troubleOf(check: HealthCheck): string | undefined {
  try {
    return check.trouble();
  } catch (error) {
    return error instanceof StatusError ? error.message : 'the check itself failed';
  }
}
