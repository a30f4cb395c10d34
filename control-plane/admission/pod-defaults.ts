// What a pod gets that its author left out: a service account, and how long it stays on a node that is not ready.
import type { AnyObject } from '@gantry/api/meta';
import type { AdmissionStep } from './admission.ts';

/** A pod whose node is not ready or unreachable is replaced elsewhere after this long, unless it says otherwise. */
export const DEFAULT_TOLERATION_SECONDS = 10;

const NODE_TROUBLE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

interface Toleration {
  key?: string;
  operator?: string;
  effect?: string;
  tolerationSeconds?: number;
}

interface PodLike {
  serviceAccountName?: string;
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
