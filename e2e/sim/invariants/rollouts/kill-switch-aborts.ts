// A kill switch that is thrown takes the update back, whatever it waits for.
import { titleOf } from '../object-reading.ts';
import { createQuietTimer } from '../settled.ts';
import type { Invariant } from '../world-view.ts';
import { thrownFlags } from './thrown-flags.ts';
import { isUnderWay, placedRollouts } from './update-course.ts';

/** Beside `kill-switch-heeded`, which is about nodes: this is what the leader does about it. */
export function createKillSwitchAborts(): Invariant {
  const isTime = createQuietTimer();
  return {
    name: 'kill-switch-aborts',
    sentence: 'No update is under way whose kill switch is thrown, once the world is calm.',
    check(view) {
      if (!isTime(view)) return undefined;
      const thrown = thrownFlags(view);
      for (const rollout of placedRollouts(view)) {
        const { canary, blueGreen } = rollout.spec.strategy;
        const { flag } = canary?.killSwitch ?? blueGreen?.killSwitch ?? {};
        if (flag === undefined || !thrown.has(`${rollout.metadata.namespace ?? ''}/${flag}`)) continue;
        if (isUnderWay(rollout))
          return `${titleOf(rollout)} is under way, and its kill switch ${flag} is thrown`;
      }
      return undefined;
    },
  };
}
