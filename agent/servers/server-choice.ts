// Which replica of the control plane an agent asks: the address that it was started with, as long as that answers, else
// another one that it was told of.
import type { Logger } from '@gantry/kit/logger';
import type { Random } from '@gantry/kit/random';
import { directTunnels } from '../tunnel/direct-tunnels.ts';

/** Remembers what is asked, and who does not answer. */
export interface ServerChoice {
  /** URL of the one that is asked now. */
  current(): string;
  /** URLs of all that may be asked, the given one first. */
  all(): readonly string[];
  /** @param replicas `host:port` each, as a replica tells; one that knows of none is not believed. */
  hear(replicas: readonly string[]): void;
  /** It gave no answer: from now on another one is asked, drawn by chance, so that the agents of one that is gone spread. */
  giveUp(server: string): void;
}

export interface ServerChoiceDeps {
  random: Pick<Random, 'next'>;
  logger: Pick<Logger, 'warn'>;
}

/** @param given URL; one replica, or whatever stands before all of them. */
export function createServerChoice(given: string, { random, logger }: ServerChoiceDeps): ServerChoice {
  let all: readonly string[] = [given];
  let current = given;
  return {
    current: () => current,
    all: () => all,
    hear(replicas) {
      if (replicas.length === 0) return;
      const others = directTunnels({ server: given, reached: undefined, replicas });
      all = [given, ...others.map((replica) => `${new URL(given).protocol}//${replica}`)];
      if (!all.includes(current)) current = given;
    },
    giveUp(server) {
      const others = all.filter((other) => other !== server);
      const next = others[Math.floor(random.next() * others.length)];
      // Of many requests under way the first one decides.
      if (server !== current || next === undefined) return;
      current = next;
      logger.warn('the control plane does not answer; another replica is asked', { server, next });
    },
  };
}
