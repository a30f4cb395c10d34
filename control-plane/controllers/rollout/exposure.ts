// The share of the traffic that exposure allows. Pure.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { exposureOf, stepsOf } from './settings.ts';

/** What the steps ask for, as far as it is allowed before the new version takes over. */
export function effectiveWeight({ spec }: Pick<Rollout, 'spec'>, asked: number): number {
  return Math.min(asked, exposureOf(spec)?.maxPercent ?? 100);
}

/** Whether the share of a place in the steps is bounded by exposure: not once all of them are done. */
export function isExposed({ spec }: Pick<Rollout, 'spec'>, stepIndex: number): boolean {
  return exposureOf(spec) !== undefined && stepIndex < stepsOf(spec).length;
}
