// What commands print for programs: JSON or YAML. Pure.
import { yamlText } from '@gantry/api/yaml-text';
import { CliError, EXIT } from '../command.ts';

const FORMATS = ['json', 'yaml'] as const;
export type DataFormat = (typeof FORMATS)[number];

/** Reads `-o`; undefined for people. @throws CliError that names the formats there are. */
export function dataFormatOf(output: string | undefined): DataFormat | undefined {
  const found = FORMATS.find((format) => format === output);
  if (output === undefined || found !== undefined) return found;
  const nextStep = `Use one of: ${FORMATS.join(', ')}`;
  throw new CliError(`-o ${output} is not known.`, { exitCode: EXIT.usage, nextStep });
}

/** The value as text that ends its line. */
export function dataText(format: DataFormat, value: unknown): string {
  return format === 'json' ? `${JSON.stringify(value, null, 4)}\n` : yamlText(value);
}
