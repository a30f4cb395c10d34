// What is typed behind `--context` of `gantry flag eval`.
import { isMap } from '@gantry/api/json-value';
import { typedContext } from '@gantry/api/flags/typed-context';
import { CliError, EXIT } from '../command.ts';

/** Whether a text says for whom a flag is evaluated; a word alone names a context of the kubeconfig. */
export function isEvalContext(text: string): boolean {
  return text.includes('=') || text.startsWith('{');
}

/** Of NAME=VALUE, and of whole objects in JSON. @throws CliError for what is neither. */
export function evalContextFrom(texts: readonly string[]): Record<string, unknown> {
  const objects = texts.filter((text) => text.startsWith('{')).map(objectFrom);
  const typed = typedContext(texts.filter((text) => !text.startsWith('{')));
  if ('context' in typed) return Object.assign({}, ...objects, typed.context) as Record<string, unknown>;
  throw refused(`"${typed.fault}" is not NAME=VALUE.`);
}

function objectFrom(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused(`it is no JSON: ${(error as Error).message}`);
  }
  if (!isMap(value)) throw refused('it is no object.');
  return value;
}

function refused(problem: string): CliError {
  return new CliError(`--context: ${problem}`, {
    exitCode: EXIT.usage,
    nextStep: `For example: --context targetingKey=anna --context tier=gold, or --context '{"targetingKey":"anna"}'`,
  });
}
