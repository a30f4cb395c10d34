// What is typed behind `--context` of `gantry flag eval`.
import { typedContext } from '@gantry/api/flags/typed-context';
import { CliError, EXIT } from '../command.ts';

/** @throws CliError for what is no NAME=VALUE. */
export function evalContextFrom(attributes: readonly string[]): Record<string, unknown> {
  const typed = typedContext(attributes);
  if ('context' in typed) return typed.context;
  throw new CliError(`--context: "${typed.fault}" is not NAME=VALUE.`, {
    exitCode: EXIT.usage,
    nextStep: 'For example: --context targetingKey=anna --context tier=gold',
  });
}
