// Which ports of a network are taken. Thin.
import { programRunner } from '@gantry/kit/system-program';
import { readListening } from './read-running.ts';

/** Ports that somebody listens on, and who. Empty where the system does not tell. @param through as for HAProxy. */
export async function listeningPorts(through: readonly string[]): Promise<ReadonlyMap<number, string>> {
  return readListening(await programRunner(through)(['ss', '-Htlnp']).catch(() => ''));
}
