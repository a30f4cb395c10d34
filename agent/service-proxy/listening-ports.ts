// Which ports of a network are taken. Thin.
import { readListening } from './read-running.ts';
import { runProgram } from './run-program.ts';

/** Ports that somebody listens on, and who. Empty where the system does not tell. @param through as for HAProxy. */
export async function listeningPorts(through: readonly string[]): Promise<ReadonlyMap<number, string>> {
  return readListening(await runProgram([...through, 'ss', '-Htlnp']).catch(() => ''));
}
