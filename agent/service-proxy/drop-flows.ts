// Has the kernel forget flows of datagrams to pods that have gone. Thin.
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { RunProgram } from '@gantry/kit/system-program';
import type { Target } from './datagrams.ts';

/** Above this, all flows to Services are forgotten instead: their next packets find a pod anew. */
const SINGLE_MAX = 50;
/** What conntrack says, with exit code 1, when there was none. */
const NONE = /\b0 flow entries/;

/**
 * Without the program, flows go on to a pod that has gone until they have been silent for as long as the kernel
 * remembers them: that is told once.
 */
export function flowDropper(
  run: RunProgram,
  logger: Logger,
): (targets: readonly Target[], serviceCidr: string) => Promise<void> {
  let isTold = false;
  const drop = async (...which: string[]): Promise<void> => {
    await run(['conntrack', '-D', '-p', 'udp', ...which]).catch((error: unknown) => {
      const words = messageOf(error);
      if (NONE.test(words) || isTold) return;
      isTold = true;
      logger.warn('flows of UDP to pods that have gone cannot be ended; install conntrack', { error: words });
    });
  };
  return async (targets, serviceCidr) => {
    if (targets.length > SINGLE_MAX) {
      await drop('--orig-dst', serviceCidr);
      return;
    }
    for (const { address, port } of targets)
      await drop('--reply-src', address, '--reply-port-src', String(port));
  };
}
