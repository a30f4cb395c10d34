// Who set a flag last, as the record of managers has it: told apart by field, since writes may share a transaction.
import type { FeatureFlag, Flag } from '@gantry/api/kinds/feature-flag';

const ROLLOUT_CONTROLLER = 'rollout-controller';

/** Whether the controller of Rollouts set the flag's default variant last. */
export function isSetByController({ metadata }: FeatureFlag, flag: string): boolean {
  const path = ['f:spec', 'f:flagSpec', 'f:flags', `f:${flag}`, 'f:defaultVariant'];
  return (metadata.managedFields ?? []).some(
    ({ manager, fieldsV1 }) => manager === ROLLOUT_CONTROLLER && hasPath(fieldsV1, path),
  );
}

function hasPath(fields: unknown, path: readonly string[]): boolean {
  let at = fields;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !(name in at)) return false;
    at = (at as Record<string, unknown>)[name];
  }
  return true;
}

/** Flags of both states whose default variant differs. */
export function changedFlags(
  before: FeatureFlag,
  after: FeatureFlag,
): { flag: string; was: Flag; is: Flag }[] {
  const known = before.spec.flagSpec.flags;
  return Object.entries(after.spec.flagSpec.flags).flatMap(([flag, is]) => {
    const was = known[flag];
    return was === undefined || was.defaultVariant === is.defaultVariant ? [] : [{ flag, was, is }];
  });
}
