// What a pod gets that its author left out: a service account, a priority, and how long it stays on a node
// that is not ready.
import type { AnyObject } from '@gantry/api/meta';
import type { AdmissionStep, Rejection } from './admission.ts';

/** A pod whose node is not ready or unreachable is replaced elsewhere after this long, unless it says otherwise. */
export const DEFAULT_TOLERATION_SECONDS = 10;

const NODE_TROUBLE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

/** The two classes that Kubernetes builds in. */
const BUILT_IN_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

interface Toleration {
  key?: string;
  operator?: string;
  effect?: string;
  tolerationSeconds?: number;
}

interface PodLike {
  serviceAccountName?: string;
  priorityClassName?: string;
  priority?: number;
  tolerations?: Toleration[];
}

const specOf = (object: AnyObject): PodLike => object['spec'] as PodLike;

export const defaultServiceAccount: AdmissionStep = {
  name: 'default-service-account',
  resourceIds: ['pods'],
  verbs: ['create'],
  admit({ object }) {
    specOf(object).serviceAccountName ??= 'default';
    return undefined;
  },
};

export const podPriority: AdmissionStep = {
  name: 'pod-priority',
  resourceIds: ['pods'],
  verbs: ['create'],
  admit({ object }): Rejection | undefined {
    const spec = specOf(object);
    if (spec.priorityClassName === undefined || spec.priorityClassName === '') {
      spec.priority ??= 0;
      return undefined;
    }
    const priority = BUILT_IN_PRIORITIES[spec.priorityClassName];
    if (priority === undefined) {
      const known = Object.keys(BUILT_IN_PRIORITIES).join(', ');
      return {
        forbidden: `no PriorityClass with name ${spec.priorityClassName} was found (known: ${known}; spec.priority takes a number)`,
      };
    }
    spec.priority = priority;
    return undefined;
  },
};

export const defaultTolerations: AdmissionStep = {
  name: 'default-tolerations',
  resourceIds: ['pods'],
  verbs: ['create'],
  admit({ object }) {
    const spec = specOf(object);
    const present = spec.tolerations ?? [];
    const missing = NODE_TROUBLE_TAINTS.filter((taint) => !present.some((item) => tolerates(item, taint)));
    if (missing.length === 0) return undefined;
    const added = missing.map((key) => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: DEFAULT_TOLERATION_SECONDS,
    }));
    spec.tolerations = [...present, ...added];
    return undefined;
  },
};

/** Whether the pod's author has already spoken about the taint. */
function tolerates(toleration: Toleration, taint: string): boolean {
  const keyFits = toleration.key === taint || toleration.key === undefined || toleration.key === '';
  const effectFits = toleration.effect === undefined || ['', 'NoExecute'].includes(toleration.effect);
  return keyFits && effectFits;
}
