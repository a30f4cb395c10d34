// `gantry rollout retry`: an aborted update begins anew. Pure.
import type { Rollout } from '../../kinds/rollout.ts';
import { standingOf } from '../standing.ts';
import { nothing, ofStatus, watchCommand, type Steering } from './steering.ts';

/** What to do. */
export function retrial(rollout: Rollout): Steering {
  const name = rollout.metadata.name ?? '';
  const { abort } = rollout.status ?? {};
  if (!standingOf(rollout).isAborted && abort !== true)
    return nothing(
      'is not aborted: there is nothing to retry',
      `See how it stands: gantry rollout status ${name}`,
    );
  return (
    followingAbort(rollout) ?? {
      type: 'change',
      patches: [ofStatus({ abort: false })],
      done: 'retried: the update begins anew with its first step',
      next: `See how it goes on: ${watchCommand(name)}`,
    }
  );
}

/** What to say of an abort that followed another Rollout's: it ends with that one alone. */
export function followingAbort({ status }: Rollout): Steering | undefined {
  const { abort, abortedBy } = status ?? {};
  if (abort !== true || abortedBy === undefined) return undefined;
  return nothing(
    `was aborted together with Rollout ${abortedBy}, and begins anew with it`,
    `Retry that one: gantry rollout retry ${abortedBy}`,
  );
}
