// Puts the rules of `$evaluators` in the places that refer to them. Pure.
import { isList, isMap, ownField } from '../json-value.ts';
import { TARGETING_DEPTH_MAX } from './limits.ts';
import { REFERENCE } from './operators.ts';

/** Where `$flagd.timestamp` is read from: the engine's own would ask the clock of the machine. */
export const TIME_PATH = '$gantry.timestamp';
const FLAGD_TIME_PATH = '$flagd.timestamp';

/** A rule that stands alone. */
export interface ResolvedRule {
  rule: unknown;
  /** Whether it reads the time. */
  readsTime: boolean;
}

/**
 * The rule with all references replaced.
 *
 * @throws Error for references that lead nowhere or in circles: checks refuse them, yet what is stored may be older.
 */
export function resolveReferences(rule: unknown, rules: Readonly<Record<string, unknown>>): ResolvedRule {
  let readsTime = false;
  const resolve = (value: unknown, depth: number): unknown => {
    if (depth > TARGETING_DEPTH_MAX) throw new Error('rules refer to one another too deeply');
    if (isList(value)) return value.map((item) => resolve(item, depth + 1));
    if (value === FLAGD_TIME_PATH) {
      readsTime = true;
      return TIME_PATH;
    }
    if (!isMap(value)) return value;
    const name = ownField(value, REFERENCE);
    if (name === undefined)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, depth + 1)]));
    if (typeof name !== 'string' || !Object.hasOwn(rules, name))
      throw new Error(`no rule ${JSON.stringify(name)}`);
    return resolve(rules[name], depth + 1);
  };
  const resolved = resolve(rule, 0);
  return { rule: resolved, readsTime };
}
