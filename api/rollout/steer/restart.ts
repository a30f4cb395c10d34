// `gantry rollout restart`: all pods are replaced, as many at a time as may be missing. Pure.
import { timeText } from '@gantry/kit/time-text';
import type { Rollout } from '../../kinds/rollout.ts';
import { limitsOf } from '../settings.ts';
import { ofSpec, watchCommand, type Steering } from './steering.ts';

/** What to do. */
export function restarting({ metadata, spec }: Rollout, nowMs: number): Steering {
  const restartAt = timeText(nowMs);
  const atOnce = Math.max(1, limitsOf(spec).maxUnavailable);
  return {
    type: 'change',
    patches: [ofSpec({ restartAt })],
    done: `restarted: pods older than ${restartAt} are replaced, ${atOnce} at a time`,
    next: `See how it goes on: ${watchCommand(metadata.name ?? '')}`,
  };
}
