// Numbers or shares, by which a rolling update says how many pods may be missing or on top.
import type { Issue } from '../issue.ts';
import { invalidValue } from '../issues.ts';

/** Issues of a number or share, such as 2 or 25%; a share of what may be missing is at most 100%. */
export function paceIssues(value: number | string | undefined, path: string, shareMax: number): Issue[] {
  if (value === undefined) return [];
  if (typeof value === 'number') {
    return value >= 0 ? [] : [invalidValue(path, value, 'must be greater than or equal to 0')];
  }
  const match = /^(\d{1,6})%$/.exec(value);
  if (match === null)
    return [invalidValue(path, value, "must be a whole number or a share (e.g. '5' or '10%')")];
  return Number(match[1]) <= shareMax
    ? []
    : [invalidValue(path, value, `must not be greater than ${shareMax}%`)];
}

/** Whether the pace is nought. */
export const isNought = (value: number | string | undefined): boolean => value === 0 || value === '0%';
