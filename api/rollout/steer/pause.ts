// `gantry rollout pause`: steps wait, and a new template is not begun. Pure.
import type { Rollout } from '../../kinds/rollout.ts';
import { nothing, ofSpec, type Steering } from './steering.ts';

/** What to do. */
export function pausing({ metadata, spec }: Rollout): Steering {
  const resume = `Let it go on: gantry rollout resume ${metadata.name ?? ''}`;
  if (spec.paused === true) return nothing('already paused', resume);
  return {
    type: 'change',
    patches: [ofSpec({ paused: true })],
    done: 'paused: steps wait, and a new template is not begun',
    next: resume,
  };
}
