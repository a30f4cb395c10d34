// `gantry flag set`, `enable`, `disable`, `kill` and `restore`. The server tells of the change in an Event of the FeatureFlag.
import { objectIdOf } from '@gantry/api/definition';
import {
  defaultVariantChange,
  flagPatch,
  killSwitchChange,
  stateChange,
  type FlagChange,
} from '@gantry/api/flags/flag-patch';
import { settledIn } from '@gantry/api/flags/schedules';
import { ownField } from '@gantry/api/json-value';
import {
  featureFlagKind,
  type FeatureFlag,
  type FeatureFlagSpec,
  type Flag,
} from '@gantry/api/kinds/feature-flag';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import { nearestName } from '@gantry/api/nearest-name';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { findFlag, type FoundFlag } from './find-flag.ts';
import type { FlagName } from './flag-name.ts';
import { switchesTurnedOff } from './kill-switches.ts';
import { servedWhileOff, standingOf, type Standing } from './flag-standing.ts';

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
  await change(context, named, { ...flags, makes: 'ENABLED' }, ({ flag, object: { metadata, spec } }) => {
    checkVariant(flag, { name: metadata.name, key: named.key }, variant);
    const of = { spec, key: named.key, nowMs: context.clock.nowMs() };
    const before = settledIn(spec, named.key, of.nowMs)?.now.defaultVariant;
    if (before === variant) return undefined;
    return { what: `${before ?? '<none>'} -> ${variant}`, spec: defaultVariantChange(of, variant) };
  });
}

/** Enables or disables a flag. */
export async function setState(
  context: CommandContext,
  named: FlagName,
  state: Flag['state'],
  flags: ChangeFlags,
): Promise<void> {
  await change(context, named, { ...flags, makes: state }, ({ object: { spec } }) => {
    const of = { spec, key: named.key, nowMs: context.clock.nowMs() };
    if (settledIn(spec, named.key, of.nowMs)?.now.state === state) return undefined;
    return { what: state.toLowerCase(), spec: stateChange(of, state) };
  });
}

/** Turns a flag off for all, whatever else is said of it; or lets it be decided again. */
export async function setKillSwitch(
  context: CommandContext,
  named: FlagName,
  engaged: boolean,
  { variant, ...flags }: ChangeFlags & { variant?: string },
): Promise<void> {
  const makes = engaged ? 'KILLED' : 'ENABLED';
  const { connection, object: last } = await change(
    context,
    named,
    { ...flags, makes },
    ({ flag, object }) => {
      const { name } = object.metadata;
      if (variant !== undefined) checkVariant(flag, { name, key: named.key }, variant);
      const rules = ownField(object.spec.rules ?? {}, named.key);
      const isSame = (rules?.killSwitch?.engaged ?? false) === engaged;
      if (isSame && (variant === undefined || rules?.offVariant === variant)) return undefined;
      return {
        what: engaged ? `killed: ${servedWhileOff(variant ?? rules?.offVariant)}` : 'kill switch released',
        spec: killSwitchChange(named.key, engaged, variant),
      };
    },
  );
  if (!engaged) return;
  const { client, namespace } = connection;
  // Who may not see Rollouts is told nothing of them.
  const rollouts = await client.list(rolloutKind, { namespace }).then(
    ({ items }) => items,
    () => [],
  );
  const warning = switchesTurnedOff(last, named.key, rollouts, context.clock.nowMs());
  if (warning !== undefined) context.io.err(`${warning}\n`);
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
      nextStep: `It has ${names.join(', ')}. gantry edit featureflag ${name ?? ''} adds another.`,
    },
  );
}

/** @param decide undefined when nothing is to be changed. */
async function change(
  context: CommandContext,
  named: FlagName,
  { reason, makes }: ChangeFlags & { makes: Standing['state'] },
  decide: (found: FoundFlag) => { what: string; spec: FlagChange } | undefined,
): Promise<{ connection: Connection; object: FeatureFlag }> {
  const connection = await context.connect();
  const found = await findFlag(connection, named);
  const { place, object } = found;
  const decided = decide(found);
  const id = `${objectIdOf(featureFlagKind, place.name)} ${named.key}`;
  let last = object;
  if (decided !== undefined) {
    const patch = flagPatch(object, decided.spec, reason);
    const options = { fieldManager: 'gantry-flag' };
    last = await connection.client.patch(featureFlagKind, place, 'merge', patch, options);
  }
  context.io.out(`${id}: ${decided?.what ?? 'it is so already'}\n`);
  const unseen = whyUnseen(last.spec, { name: place.name, key: named.key }, makes, context.clock.nowMs());
  if (unseen !== undefined) context.io.err(`${unseen}\n`);
  return { connection, object: last };
}

/** Why programs see nothing of what was asked for; undefined when they do. */
function whyUnseen(
  spec: FeatureFlagSpec,
  { name, key }: FlagName,
  makes: Standing['state'],
  nowMs: number,
): string | undefined {
  const { state, because } = standingOf(spec, key, nowMs);
  if (state === 'ENABLED' || state === makes) return undefined;
  const [is, verb] = state === 'KILLED' ? ['killed', 'restore'] : ['disabled', 'enable'];
  const why = because ?? 'programs use the value in their own code';
  return `It is ${is} all the same: ${why}. gantry flag ${verb} ${name ?? ''} ${key} lets it be decided.`;
}
