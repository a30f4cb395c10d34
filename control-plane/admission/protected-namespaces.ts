// The namespaces that the cluster itself lives in cannot be deleted.
import type { AdmissionStep } from './admission.ts';

/** Made at first start; `default` and `kube-system` are never given up. */
export const BOOTSTRAP_NAMESPACES = ['default', 'kube-system', 'kube-node-lease', 'kube-public'] as const;

const PROTECTED: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-node-lease']);

export const protectedNamespaces: AdmissionStep = {
  name: 'protected-namespaces',
  resourceIds: ['namespaces'],
  verbs: ['delete'],
  admit: ({ object }) =>
    PROTECTED.has(object.metadata.name ?? '')
      ? { forbidden: 'this namespace may not be deleted' }
      : undefined,
};
