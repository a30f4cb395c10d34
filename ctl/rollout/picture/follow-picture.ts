// Follows a Rollout and what belongs to it over watches: nothing is asked again and again. Ends when told to.
import type { KindDefinition } from '@gantry/api/definition';
import { createInformer, type Informer } from '@gantry/api/informer';
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { experimentKind } from '@gantry/api/kinds/experiment';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { isExpired, StatusError } from '@gantry/api/status-error';
import { systemRandom } from '@gantry/kit/random';
import type { CommandContext } from '../../command.ts';
import type { Connection } from '../../connect.ts';
import type { Picture } from '@gantry/api/rollout/picture';

/** Called on each change once all is known; undefined when there is no such Rollout any more. */
export type OnPicture = (picture: Picture | undefined) => void;

/** Follows until the signal is aborted. @throws StatusError when the server refuses. */
export async function followPicture(
  context: CommandContext,
  connection: Connection,
  key: ObjectKey,
  onPicture: OnPicture,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  let refused: StatusError | undefined;
  const tell = (): void => {
    if (stop.aborted || !parts.every(({ synced }) => synced)) return;
    onPicture(pictureOf());
  };
  const follow = <T extends AnyObject>(
    definition: KindDefinition<T>,
    narrowed: { fieldSelector?: string; labelSelector?: string },
  ): Informer<T> =>
    createInformer({
      ...{ client: connection.client, definition, clock: context.clock, random: systemRandom },
      ...{ namespace: key.namespace, ...narrowed },
      onEvent: tell,
      onSynced: tell,
      onFault: (error) => {
        if (!isRefusal(error)) return;
        refused ??= error;
        over.abort();
      },
    });
  const rollouts = follow(rolloutKind, { fieldSelector: `metadata.name=${key.name}` });
  const replicaSets = follow(replicaSetKind, { labelSelector: HASH_LABEL });
  const pods = follow(podKind, { labelSelector: HASH_LABEL });
  const runs = follow(analysisRunKind, { labelSelector: HASH_LABEL });
  const experiments = follow(experimentKind, { labelSelector: HASH_LABEL });
  const parts = [rollouts, replicaSets, pods, runs, experiments];
  const pictureOf = (): Picture | undefined => {
    const rollout = rollouts.get(key);
    if (rollout === undefined) return undefined;
    const nowMs = context.clock.nowMs();
    return {
      ...{ rollout, replicaSets: replicaSets.list(), pods: pods.list(), runs: runs.list() },
      ...{ experiments: experiments.list(), nowMs },
    };
  };
  await Promise.all(parts.map((part) => part.run(stop)));
  if (refused !== undefined) throw refused;
}

/** An answer that will be the same however often it is asked for. */
function isRefusal(error: unknown): error is StatusError {
  const code = error instanceof StatusError ? (error.status.code ?? 0) : 0;
  return code >= 400 && code < 500 && code !== 429 && !isExpired(error);
}
