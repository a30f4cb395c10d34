// Whether memory ran out when a container died. The engine learns of the death and of its cause on two ways: an
// inspection right after the death may not know the cause yet, and an inspection never learns of a cause that came last.
import type { Clock } from '@gantry/kit/clock';
import type { ContainerDetails } from './container-state.ts';

/** What the engine's inspection says of a container's death. */
export type Death = Pick<ContainerDetails, 'exitCode' | 'oomKilled' | 'memoryLimitBytes'>;

/** Listens for causes, and tells them. */
export interface DeathCauses {
  /** The engine was asked to kill it. */
  noteKill(containerId: string): void;
  noteOutOfMemory(containerId: string): void;
  /** Waits a moment, once, where the engine's word may still be on its way. */
  ranOutOfMemory(containerId: string, death: Death): Promise<boolean>;
  /** The container is gone. */
  forget(containerId: string): void;
}

/** How long the cause may come after the death. Seen: some ms on a quiet machine. */
export const CAUSE_WAIT_MS = 250;
const KILLED_EXIT_CODE = 137;
/** Containers whose causes are remembered; the oldest fall out. */
const REMEMBERED_MAX = 1000;

export function createDeathCauses(clock: Clock): DeathCauses {
  const known = new Map<string, 'kill' | 'out-of-memory' | 'none'>();
  const waiting = new Map<string, (() => void)[]>();

  const note = (id: string, cause: 'kill' | 'out-of-memory' | 'none'): void => {
    known.delete(id);
    known.set(id, cause);
    const oldest = known.size > REMEMBERED_MAX ? known.keys().next() : undefined;
    if (oldest?.done === false) known.delete(oldest.value);
    for (const wake of waiting.get(id)?.splice(0) ?? []) wake();
    waiting.delete(id);
  };
  const heard = (id: string): Promise<void> =>
    new Promise((resolve) => {
      const wakers = waiting.get(id) ?? [];
      waiting.set(id, wakers);
      wakers.push(resolve);
      if (wakers.length > 1) return;
      clock.schedule(CAUSE_WAIT_MS, () => {
        if (waiting.has(id)) note(id, 'none');
      });
    });

  return {
    // Memory that has run out stays the cause, whoever kills what is left.
    noteKill: (id) => void (known.get(id) === 'out-of-memory' || note(id, 'kill')),
    noteOutOfMemory: (id) => note(id, 'out-of-memory'),
    async ranOutOfMemory(containerId, { exitCode, oomKilled, memoryLimitBytes }) {
      if (oomKilled) return true;
      const mayBe = exitCode === KILLED_EXIT_CODE && memoryLimitBytes > 0;
      if (mayBe && !known.has(containerId)) await heard(containerId);
      return known.get(containerId) === 'out-of-memory';
    },
    forget: (id) => void known.delete(id),
  };
}
