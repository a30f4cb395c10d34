// An option that is a switch of two words.
import { CliError, EXIT } from './command.ts';

export type OnOrOff = 'on' | 'off';

/** @throws CliError for anything but the two words. */
export function onOrOff(text: string, option: string): OnOrOff {
  if (text === 'on' || text === 'off') return text;
  throw new CliError(`${option} must be on or off, not "${text}".`, { exitCode: EXIT.usage });
}
