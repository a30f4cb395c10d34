// Reads counts as they are typed. Pure.
import { CliError, EXIT } from './command.ts';

/** A whole number of 0 or more; `of` says of what, e.g. `seconds`. @throws CliError that names the option. */
export function wholeNumberOf(text: string, option: string, of?: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const what = of === undefined ? '0 or more' : of;
  throw new CliError(`${option} must be a whole number of ${what}, not "${text}".`, { exitCode: EXIT.usage });
}
