// Changes of one flag as merge patches of its FeatureFlag, for whoever lets people make them. Pure.
import { CHANGE_REASON_ANNOTATION } from '../change-history.ts';
import type { FeatureFlag, Flag } from '../kinds/feature-flag.ts';

/** What a change does to the spec. */
export interface FlagChange {
  flagSpec?: object;
  rules?: object;
}

/** What the flag is where targeting names nothing. */
export function defaultVariantChange(key: string, variant: string): FlagChange {
  return { flagSpec: { flags: { [key]: { defaultVariant: variant } } } };
}

/** Whether it is decided at all. */
export function stateChange(key: string, state: Flag['state']): FlagChange {
  return { flagSpec: { flags: { [key]: { state } } } };
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
