// A durable folder in memory. It gathers writes as the one on disk does, so that an agent that dies loses what it
// would lose there; and only the newest opener writes, so that a dead agent's late timers change nothing.
import type { Clock } from '@gantry/kit/clock';
import { checkFileName } from '../file-name.ts';
import type { DurableFolder } from '../machine.ts';

/** As long as on disk. */
const GATHER_MS = 300;

/**
 * @param stored what survives. Values are kept as they come, since the agent does not change what it has handed over, and
 * are read back as JSON would have brought them.
 * @param isOpen whether the opener may still write.
 */
export function createHollowFolder(
  clock: Clock,
  stored: Map<string, unknown>,
  isOpen: () => boolean,
): DurableFolder {
  const pending = new Map<string, unknown>();
  let cancelTimer: (() => void) | undefined;
  const write = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    for (const [name, value] of isOpen() ? pending : []) {
      if (value === undefined) stored.delete(name);
      else stored.set(name, value);
    }
    pending.clear();
  };
  const change = (name: string, value: unknown): void => {
    pending.set(name, value);
    cancelTimer ??= clock.schedule(GATHER_MS, write);
  };
  return {
    load: () => Promise.resolve(new Map([...stored].map(([name, value]) => [name, asJson(value)]))),
    put(name, value) {
      checkFileName(name);
      change(name, value);
    },
    remove: (name) => change(name, undefined),
    flush() {
      write();
      return Promise.resolve();
    },
  };
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
