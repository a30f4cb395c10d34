// Runs one pod of each DaemonSet on every node that fits.
import isEqual from 'fast-deep-equal';
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { daemonSetKind, type DaemonSet } from '@gantry/api/kinds/daemon-set';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import type { Controller } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { wouldAdopt } from '../claim.ts';
import { observeDaemonSet, type ObservedDaemonSet } from './observe.ts';
import { planDaemonSet } from './plan.ts';
import { describeDaemonSetReason } from './reasons.ts';

/** The DaemonSet controller. */
export function daemonSetController(): Controller<ObservedDaemonSet> {
  const adopts = (primary: AnyObject, orphan: AnyObject): boolean =>
    wouldAdopt((primary as DaemonSet).spec.selector, orphan);
  return {
    name: 'daemonset',
    definition: daemonSetKind,
    triggers: [
      ownTrigger(daemonSetKind),
      ownedTrigger(podKind, daemonSetKind, adopts),
      ownedTrigger(controllerRevisionKind, daemonSetKind, adopts),
      {
        definition: nodeKind,
        keys: (_node, cache) => cache.list(daemonSetKind).map(keyOf),
        ignores: (node, previous) => isEqual(placementFactsOf(node), placementFactsOf(previous)),
      },
    ],
    observe: observeDaemonSet,
    plan: planDaemonSet,
    primary: ({ daemonSet }) => daemonSet,
    describe: describeDaemonSetReason,
  };
}

/** All of a node that decides whether a daemon runs there. Its heartbeats and images do not. */
function placementFactsOf(node: AnyObject): unknown {
  return [node.metadata.labels, (node as Node).spec.taints];
}
