// `gantry rollout abort`: all traffic back to the stable version. Pure.
import type { Rollout } from '../../kinds/rollout.ts';
import { standingOf } from '../standing.ts';
import { nothing, ofStatus, type Steering } from './steering.ts';

/** What to do. */
export function abortion(rollout: Rollout): Steering {
  const name = rollout.metadata.name ?? '';
  const { isSeen, isUpdating, isAborted } = standingOf(rollout);
  if (isAborted) return nothing('already aborted', `Begin it anew: gantry rollout retry ${name}`);
  if (isSeen && (rollout.status?.stableRS ?? '') === '')
    return nothing(
      'its first version has no stable one before it: there is nothing to give the traffic back to',
      `Bring another version: gantry rollout set-image ${name} CONTAINER=IMAGE`,
    );
  if (!isUpdating)
    return isSeen
      ? nothing('no update is under way', `Go back to an older version: gantry rollout undo ${name}`)
      : nothing('its last change has not been seen yet: try again in a moment');
  return {
    type: 'change',
    patches: [ofStatus({ abort: true })],
    done: 'aborted: all traffic goes back to the stable version',
    next: `Begin it anew: gantry rollout retry ${name}; or keep the stable version for good: gantry rollout undo ${name}`,
  };
}
