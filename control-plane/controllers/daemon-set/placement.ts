// On which nodes a DaemonSet's pods run. Pure; the rules are Kubernetes': a taint that only keeps new pods away does
// not drive running ones off, and certain failings of a node are tolerated.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod, PodSpec, Toleration } from '@gantry/api/kinds/pod';
import { matchesNodeAffinity } from '@gantry/api/node-affinity';
import { untoleratedTaint } from '@gantry/api/tolerations';

/** What a node means to a DaemonSet. */
export interface Placement {
  /** A pod should be there. */
  shouldRun: boolean;
  /** A pod that is there may stay. */
  mayStay: boolean;
}

const tolerated = (condition: string, effect: 'NoSchedule' | 'NoExecute'): Toleration => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect,
});

/** What every daemon stands: it is needed most where something is wrong. */
const DAEMON_TOLERATIONS: readonly Toleration[] = [
  tolerated('not-ready', 'NoExecute'),
  tolerated('unreachable', 'NoExecute'),
  tolerated('disk-pressure', 'NoSchedule'),
  tolerated('memory-pressure', 'NoSchedule'),
  tolerated('pid-pressure', 'NoSchedule'),
  tolerated('unschedulable', 'NoSchedule'),
];
const HOST_NETWORK_TOLERATION = tolerated('network-unavailable', 'NoSchedule');

/** The tolerations of a daemon's pods: those of the template and, for good, those that every daemon has. */
export function daemonTolerations(spec: PodSpec): Toleration[] {
  const added = [...DAEMON_TOLERATIONS, ...(spec.hostNetwork === true ? [HOST_NETWORK_TOLERATION] : [])];
  const isReplaced = (own: Toleration): boolean =>
    added.some(({ key, operator, effect }) => {
      return own.key === key && own.operator === operator && own.effect === effect;
    });
  return [...(spec.tolerations ?? []).filter((own) => !isReplaced(own)), ...added];
}

/** Whether the DaemonSet's pods belong on the node. */
export function placementOn(node: Node, daemonSet: DaemonSet): Placement {
  const { spec } = daemonSet.spec.template;
  const isNamed = spec.nodeName === undefined || spec.nodeName === '' || spec.nodeName === node.metadata.name;
  if (!isNamed || !matchesNodeAffinity(spec, node)) return { shouldRun: false, mayStay: false };
  const tolerations = daemonTolerations(spec);
  const taints = node.spec.taints;
  return {
    shouldRun: untoleratedTaint(taints, tolerations) === undefined,
    mayStay: untoleratedTaint(taints, tolerations, ['NoExecute']) === undefined,
  };
}

/** The node that a daemon's pod runs on or is meant for; empty when it names none. */
export function targetNodeOf(pod: Pod): string {
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== '') return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const fields = required?.nodeSelectorTerms.flatMap(({ matchFields }) => matchFields ?? []) ?? [];
  const named = fields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return named?.values?.[0] ?? '';
}
