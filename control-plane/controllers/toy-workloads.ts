// Workload objects for tests, with only what a test names.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Pod, PodTemplateSpec } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { ObjectMeta } from '@gantry/api/meta';

const NAMESPACE = 'default';
const LABELS = { app: 'web' };

/** A template with one container of the given image. */
export function aTemplate(image = 'web:1', labels: Record<string, string> = LABELS): PodTemplateSpec {
  return { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } };
}

/** A ReplicaSet `web` that selects `app: web`. */
export function aReplicaSet(spec: Partial<ReplicaSet['spec']> = {}, metadata: ObjectMeta = {}): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: NAMESPACE, ...metadata },
    spec: { selector: { matchLabels: LABELS }, template: aTemplate(), ...spec },
  };
}

/** A Deployment `web` that selects `app: web`. */
export function aDeployment(spec: Partial<Deployment['spec']> = {}, metadata: ObjectMeta = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: NAMESPACE, ...metadata },
    spec: { selector: { matchLabels: LABELS }, template: aTemplate(), progressDeadlineSeconds: 600, ...spec },
  };
}

/** A DaemonSet `web` that selects `app: web`. */
export function aDaemonSet(spec: Partial<DaemonSet['spec']> = {}, metadata: ObjectMeta = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'web', namespace: NAMESPACE, ...metadata },
    spec: { selector: { matchLabels: LABELS }, template: aTemplate(), ...spec },
  };
}

/** A pod with the label `app: web`. */
export function aPod(
  name: string,
  parts: { metadata?: ObjectMeta; spec?: Partial<Pod['spec']>; status?: Pod['status'] } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, labels: LABELS, ...parts.metadata },
    spec: { ...aTemplate().spec, ...parts.spec },
    ...(parts.status === undefined ? {} : { status: parts.status }),
  };
}
