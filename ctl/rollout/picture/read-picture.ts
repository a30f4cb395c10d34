// Reads a Rollout and what belongs to it, once.
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { experimentKind } from '@gantry/api/kinds/experiment';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import type { ObjectKey } from '@gantry/api/meta';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import type { Connection } from '../../connect.ts';
import type { Picture } from '@gantry/api/rollout/picture';

/** @throws StatusError when there is no such Rollout. */
export async function readPicture(
  { client }: Pick<Connection, 'client'>,
  key: ObjectKey,
  nowMs: number,
): Promise<Picture> {
  const selection = { namespace: key.namespace, labelSelector: HASH_LABEL };
  const [rollout, replicaSets, pods, runs, experiments] = await Promise.all([
    client.get(rolloutKind, key),
    client.list(replicaSetKind, selection),
    client.list(podKind, selection),
    client.list(analysisRunKind, selection),
    client.list(experimentKind, selection),
  ]);
  return {
    ...{ rollout, replicaSets: replicaSets.items, pods: pods.items, runs: runs.items },
    ...{ experiments: experiments.items, nowMs },
  };
}
