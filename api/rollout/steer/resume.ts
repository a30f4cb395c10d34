// `gantry rollout resume`: takes back `pause`. A pause of a step is another thing: people promote past it. Pure.
import type { Rollout } from '../../kinds/rollout.ts';
import { nothing, ofSpec, watchCommand, type Steering } from './steering.ts';

/** What to do. */
export function resumption({ metadata, spec, status }: Rollout): Steering {
  const name = metadata.name ?? '';
  const [pause] = status?.pauseConditions ?? [];
  if (spec.paused === true)
    return {
      type: 'change',
      patches: [ofSpec({ paused: false })],
      done: 'resumed',
      next:
        pause === undefined
          ? `See how it goes on: ${watchCommand(name)}`
          : `It still waits (${pause.reason}); let it go on: gantry rollout promote ${name}`,
    };
  return pause === undefined
    ? nothing('is not paused')
    : nothing(
        `is not paused by spec.paused, but waits by itself (${pause.reason})`,
        `Let it go on: gantry rollout promote ${name}`,
      );
}
