// The context of an evaluation as it is typed: NAME=VALUE, again and again. Pure.
import { CliError, EXIT } from '../command.ts';

/** @throws CliError for what is no NAME=VALUE. */
export function evalContextFrom(attributes: readonly string[]): Record<string, unknown> {
  const entries = attributes.map((attribute): [string, unknown] => {
    const at = attribute.indexOf('=');
    const [name, text] = [attribute.slice(0, at), attribute.slice(at + 1)];
    if (at <= 0)
      throw new CliError(`--context: "${attribute}" is not NAME=VALUE.`, {
        exitCode: EXIT.usage,
        nextStep: 'For example: --context targetingKey=anna --context tier=gold',
      });
    return [name, name === 'targetingKey' ? text : valueOf(text)];
  });
  return Object.fromEntries(entries);
}

/** Numbers, true, false, null, and JSON in brackets or quotes; all else is text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
