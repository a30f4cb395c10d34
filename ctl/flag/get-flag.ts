// `gantry flag get`.
import { objectIdOf } from '@gantry/api/definition';
import { ownField } from '@gantry/api/json-value';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import type { CommandContext } from '../command.ts';
import { alignColumns } from '../print/aligned.ts';
import { yamlText } from '@gantry/api/yaml-text';
import { dataFormatOf, dataText } from '../print/data-text.ts';
import { findFlag, type FoundFlag } from './find-flag.ts';
import type { FlagName } from './flag-name.ts';
import { standingOf } from './flag-standing.ts';
import { valueText } from './flag-table.ts';

/** Prints one flag. */
export async function getFlag(
  context: CommandContext,
  named: FlagName,
  output: string | undefined,
): Promise<void> {
  const format = dataFormatOf(output);
  const found = await findFlag(await context.connect(), named);
  const { flag } = found;
  if (format !== undefined) context.io.out(dataText(format, flag));
  else context.io.out(flagText(found, named.key, context.clock.nowMs()));
}

function flagText({ flag, place, object }: FoundFlag, key: string, nowMs: number): string {
  const rules = ownField(object.spec.rules ?? {}, key);
  const { state, defaultVariant, because } = standingOf(object.spec, key, nowMs);
  const facts = [
    ['Flag:', key],
    ['FeatureFlag:', objectIdOf(featureFlagKind, place.name)],
    ['State:', because === undefined ? state : `${state} (${because})`],
    ['Default:', defaultVariant ?? '<none>, programs use the value in their own code'],
  ];
  const variants = Object.entries(flag.variants).map(([name, value]) => [`  ${name}`, valueText(value)]);
  const targeting = flag.targeting === undefined ? '  <none>\n' : indented(yamlText(flag.targeting));
  const beside = rules === undefined ? '' : `Rules:\n${indented(yamlText(rules))}`;
  return `${alignColumns(facts)}Variants:\n${alignColumns(variants)}Targeting:\n${targeting}${beside}`;
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');
