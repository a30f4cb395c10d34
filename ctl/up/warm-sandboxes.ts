// The option --warm-sandboxes, which two commands have.
import { CliError, EXIT } from '../command.ts';

/** @throws CliError unless it is a whole number. */
export function warmSandboxesFrom(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new CliError(`--warm-sandboxes must be a whole number, not "${text}".`, { exitCode: EXIT.usage });
}
