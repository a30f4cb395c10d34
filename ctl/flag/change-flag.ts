// `gantry flag set`, `enable`, `disable`, `kill` and `restore`. The server tells of the change in an Event of the FeatureFlag.
import { objectIdOf } from '@gantry/api/definition';
import {
  defaultVariantChange,
  flagPatch,
  killSwitchChange,
  stateChange,
  type FlagChange,
} from '@gantry/api/flags/flag-patch';
import { ownField } from '@gantry/api/json-value';
import { featureFlagKind, type Flag } from '@gantry/api/kinds/feature-flag';
import { nearestName } from '@gantry/api/nearest-name';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { findFlag, type FlagName, type FoundFlag } from './find-flag.ts';

/** The options as they were typed. */
export interface ChangeFlags {
  reason?: string;
}

/** Sets what a flag is where targeting names nothing. */
export async function setDefaultVariant(
  context: CommandContext,
  named: FlagName,
  variant: string,
  flags: ChangeFlags,
): Promise<void> {
  await change(context, named, flags, ({ flag }) => {
    checkVariant(flag, named, variant);
    if (flag.defaultVariant === variant) return undefined;
    const what = `${flag.defaultVariant ?? '<none>'} -> ${variant}`;
    return { what, spec: defaultVariantChange(named.key, variant) };
  });
}

/** Enables or disables a flag. */
export async function setState(
  context: CommandContext,
  named: FlagName,
  state: Flag['state'],
  flags: ChangeFlags,
): Promise<void> {
  await change(context, named, flags, ({ flag }) => {
    if (flag.state === state) return undefined;
    return { what: state.toLowerCase(), spec: stateChange(named.key, state) };
  });
}

/** Turns a flag off for all, whatever else is said of it; or lets it be decided again. */
export async function setKillSwitch(
  context: CommandContext,
  named: FlagName,
  engaged: boolean,
  { variant, ...flags }: ChangeFlags & { variant?: string },
): Promise<void> {
  await change(context, named, flags, ({ flag, object }) => {
    if (variant !== undefined) checkVariant(flag, named, variant);
    const rules = ownField(object.spec.rules ?? {}, named.key);
    const isSame = (rules?.killSwitch?.engaged ?? false) === engaged;
    if (isSame && (variant === undefined || rules?.offVariant === variant)) return undefined;
    const serves = variant ?? rules?.offVariant ?? "the value in each program's code";
    return {
      what: engaged ? `off for all: ${serves}` : 'kill switch released',
      spec: killSwitchChange(named.key, engaged, variant),
    };
  });
}

/** @throws CliError that names the variants there are. */
function checkVariant({ variants }: Flag, { name, key }: FlagName, variant: string): void {
  const names = Object.keys(variants);
  if (names.includes(variant)) return;
  const nearest = nearestName(variant, names);
  throw new CliError(
    `Flag "${key}" has no variant "${variant}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    {
      exitCode: EXIT.invalid,
      nextStep: `It has ${names.join(', ')}. gantry edit featureflag ${name} adds another.`,
    },
  );
}

/** @param decide undefined when nothing is to be changed. */
async function change(
  context: CommandContext,
  named: FlagName,
  { reason }: ChangeFlags,
  decide: (found: FoundFlag) => { what: string; spec: FlagChange } | undefined,
): Promise<void> {
  const connection = await context.connect();
  const found = await findFlag(connection, named);
  const { place, object } = found;
  const decided = decide(found);
  const id = `${objectIdOf(featureFlagKind, place.name)} ${named.key}`;
  if (decided === undefined) {
    context.io.out(`${id}: it is so already\n`);
    return;
  }
  const patch = flagPatch(object, decided.spec, reason);
  await connection.client.patch(featureFlagKind, place, 'merge', patch, { fieldManager: 'gantry-flag' });
  context.io.out(`${id}: ${decided.what}\n`);
}
