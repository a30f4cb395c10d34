// `gantry flag set`, `enable` and `disable`. The server tells of the change in an Event of the FeatureFlag.
import { objectIdOf } from '@gantry/api/definition';
import { featureFlagKind, type Flag } from '@gantry/api/kinds/feature-flag';
import { nearestName } from '@gantry/api/nearest-name';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { findFlag, type FlagName } from './find-flag.ts';

/** Sets what a flag is where targeting names nothing. */
export async function setDefaultVariant(
  context: CommandContext,
  named: FlagName,
  variant: string,
): Promise<void> {
  await change(context, named, { defaultVariant: variant }, (flag) => {
    checkVariant(flag, named, variant);
    return `${flag.defaultVariant ?? '<none>'} -> ${variant}`;
  });
}

/** Enables or disables a flag. */
export async function setState(
  context: CommandContext,
  named: FlagName,
  state: Flag['state'],
): Promise<void> {
  await change(context, named, { state }, () => state.toLowerCase());
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

async function change(
  context: CommandContext,
  named: FlagName,
  fields: Partial<Flag>,
  describe: (flag: Flag) => string,
): Promise<void> {
  const connection = await context.connect();
  const { place, flag } = await findFlag(connection, named);
  const what = describe(flag);
  const id = `${objectIdOf(featureFlagKind, place.name)} ${named.key}`;
  if (Object.entries(fields).every(([name, value]) => flag[name as keyof Flag] === value)) {
    context.io.out(`${id}: it is so already\n`);
    return;
  }
  const patch = { spec: { flagSpec: { flags: { [named.key]: fields } } } };
  await connection.client.patch(featureFlagKind, place, 'merge', patch, { fieldManager: 'gantry-flag' });
  context.io.out(`${id}: ${what}\n`);
}
