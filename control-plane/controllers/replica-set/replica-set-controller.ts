// Keeps each ReplicaSet's number of like pods.
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Controller } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { wouldAdopt } from '../claim.ts';
import { observeReplicaSet, type ObservedReplicaSet } from './observe.ts';
import { planReplicaSet } from './plan.ts';
import { describeReplicaSetReason } from './reasons.ts';

/** The ReplicaSet controller. */
export function replicaSetController(): Controller<ObservedReplicaSet> {
  return {
    name: 'replicaset',
    definition: replicaSetKind,
    triggers: [
      ownTrigger(replicaSetKind),
      ownedTrigger(podKind, replicaSetKind, (primary, orphan) =>
        wouldAdopt((primary as ReplicaSet).spec.selector, orphan),
      ),
    ],
    observe: observeReplicaSet,
    plan: planReplicaSet,
    primary: ({ replicaSet }) => replicaSet,
    describe: describeReplicaSetReason,
  };
}
