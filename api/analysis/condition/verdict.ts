// From a measured value to the phase of its measurement, as Argo Rollouts decides it: only a success condition: else failed;
// only a failure condition: else successful; both: neither true is inconclusive; none: successful.
import { holds } from './evaluate.ts';
import { parseCondition } from './parse.ts';
import { ConditionTrouble } from './trouble.ts';

/** The conditions of a metric, arguments filled in. */
export interface Conditions {
  successCondition?: string | undefined;
  failureCondition?: string | undefined;
}

/** What a value means; `message` says why where that is not plain. */
export interface Verdict {
  phase: 'Successful' | 'Failed' | 'Inconclusive' | 'Error';
  message?: string;
}

/** Never throws. A condition that says nothing gives Inconclusive or Error with its reason, never success. */
export function verdictOn(result: unknown, { successCondition, failureCondition }: Conditions): Verdict {
  const bad = ask(failureCondition, 'failureCondition', result);
  if (typeof bad === 'object') return bad;
  if (bad === true) return { phase: 'Failed' };
  const good = ask(successCondition, 'successCondition', result);
  if (typeof good === 'object') return good;
  if (good === true || (good === undefined && bad === undefined)) return { phase: 'Successful' };
  if (good === undefined) return { phase: 'Successful' };
  return { phase: bad === undefined ? 'Failed' : 'Inconclusive' };
}

function ask(condition: string | undefined, name: string, result: unknown): boolean | Verdict | undefined {
  if (condition === undefined || condition === '') return undefined;
  const parsed = parseCondition(condition);
  if (!parsed.ok) return { phase: 'Error', message: `${name} ${parsed.problem}` };
  try {
    return holds(parsed.tree, result);
  } catch (error) {
    if (!(error instanceof ConditionTrouble)) throw error;
    const phase = error.kind === 'error' ? 'Error' : 'Inconclusive';
    return { phase, message: `${name}: ${error.message}` };
  }
}
