// The pod of a DaemonSet for one node. The scheduler places it: its required affinity names the node.
import { daemonSetKind, type DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Pod, PodSpec } from '@gantry/api/kinds/pod';
import { podFromTemplate } from '../pod-from-template.ts';
import { daemonTolerations } from './placement.ts';

/** Label that names the version of a pod, and of a ControllerRevision. */
export const REVISION_HASH = 'controller-revision-hash';
/** How many pods before this one have failed on the node in short order. */
export const FAILURES = 'gantry.dev/daemon-pod-failures';

/** What the pod is to be. */
export interface DaemonPodParts {
  name: string;
  nodeName: string;
  /** Hash of the version. */
  hash: string;
  failures: number;
}

/** The pod as it is created. */
export function daemonPod(daemonSet: DaemonSet, parts: DaemonPodParts): Pod {
  const pod = podFromTemplate(daemonSetKind, daemonSet, daemonSet.spec.template, parts.name);
  const { annotations, labels } = pod.metadata;
  const failures = parts.failures > 0 ? { [FAILURES]: String(parts.failures) } : {};
  const all = { ...annotations, ...failures };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { ...labels, [REVISION_HASH]: parts.hash },
      ...(Object.keys(all).length > 0 ? { annotations: all } : {}),
    },
    spec: {
      ...pod.spec,
      affinity: boundAffinity(pod.spec, parts.nodeName),
      tolerations: daemonTolerations(pod.spec),
    },
  };
}

/** The template's affinity, its node terms replaced: the node has been found to answer to them. */
function boundAffinity({ affinity }: PodSpec, nodeName: string): NonNullable<PodSpec['affinity']> {
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }],
      },
    },
  };
}
