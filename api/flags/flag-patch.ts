// Changes of one flag as merge patches of its FeatureFlag, for whoever lets people make them. Pure.
import { CHANGE_REASON_ANNOTATION } from '../change-history.ts';
import type { FeatureFlag, FeatureFlagSpec, Flag } from '../kinds/feature-flag.ts';
import { settledIn } from './schedules.ts';

/** What a change does to the spec. */
export interface FlagChange {
  flagSpec?: object;
  rules?: object;
}

/** The flag that is changed, and when. */
export interface ChangedFlag {
  spec: FeatureFlagSpec;
  key: string;
  nowMs: number;
}

/** What the flag is where targeting names nothing. */
export function defaultVariantChange(of: ChangedFlag, variant: string): FlagChange {
  return settledChange(of, { defaultVariant: variant });
}

/** Whether it is decided at all. */
export function stateChange(of: ChangedFlag, state: Flag['state']): FlagChange {
  return settledChange(of, { state });
}

/** Changes on schedule that are past are written out, and go: they would outweigh what is written now. */
function settledChange(
  { spec, key, nowMs }: ChangedFlag,
  to: Partial<Pick<Flag, 'state' | 'defaultVariant'>>,
): FlagChange {
  const found = settledIn(spec, key, nowMs);
  if (found === undefined || found.past.length === 0) return { flagSpec: { flags: { [key]: to } } };
  return {
    flagSpec: { flags: { [key]: { ...found.now, ...to } } },
    rules: { [key]: { schedule: found.ahead.length === 0 ? null : found.ahead } },
  };
}

/** Off for all, with the off variant where one is named; or decided again. */
export function killSwitchChange(key: string, engaged: boolean, offVariant?: string): FlagChange {
  const off = offVariant === undefined ? {} : { offVariant };
  return { rules: { [key]: { killSwitch: { engaged }, ...off } } };
}

/** The patch with the reason for the history. What was said of an earlier change goes. */
export function flagPatch(
  { metadata }: Pick<FeatureFlag, 'metadata'>,
  change: FlagChange,
  reason: string | undefined,
): { spec: FlagChange; metadata?: object } {
  if (reason === undefined && metadata.annotations?.[CHANGE_REASON_ANNOTATION] === undefined)
    return { spec: change };
  return { metadata: { annotations: { [CHANGE_REASON_ANNOTATION]: reason ?? null } }, spec: change };
}
