// `gantry flag get`.
import { objectIdOf } from '@gantry/api/definition';
import { ownField } from '@gantry/api/json-value';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { alignColumns } from '../print/aligned.ts';
import { yamlText } from '@gantry/api/yaml-text';
import { findFlag, type FlagName, type FoundFlag } from './find-flag.ts';
import { valueText } from './flag-table.ts';

/** Prints one flag. */
export async function getFlag(
  context: CommandContext,
  named: FlagName,
  output: string | undefined,
): Promise<void> {
  if (output !== undefined && output !== 'json' && output !== 'yaml')
    throw new CliError(`-o ${output} is not known.`, {
      exitCode: EXIT.usage,
      nextStep: 'Use one of: json, yaml',
    });
  const found = await findFlag(await context.connect(), named);
  const { flag } = found;
  if (output === 'json') context.io.out(`${JSON.stringify(flag, null, 4)}\n`);
  else if (output === 'yaml') context.io.out(yamlText(flag));
  else context.io.out(flagText(found, named.key));
}

function flagText({ flag, place, object }: FoundFlag, key: string): string {
  const rules = ownField(object.spec.rules ?? {}, key);
  const facts = [
    ['Flag:', key],
    ['FeatureFlag:', objectIdOf(featureFlagKind, place.name)],
    ['State:', flag.state],
    ['Default:', flag.defaultVariant ?? "<none>, programs use their own code's value"],
  ];
  const variants = Object.entries(flag.variants).map(([name, value]) => [`  ${name}`, valueText(value)]);
  const targeting = flag.targeting === undefined ? '  <none>\n' : indented(yamlText(flag.targeting));
  const beside = rules === undefined ? '' : `Rules:\n${indented(yamlText(rules))}`;
  return `${alignColumns(facts)}Variants:\n${alignColumns(variants)}Targeting:\n${targeting}${beside}`;
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');
