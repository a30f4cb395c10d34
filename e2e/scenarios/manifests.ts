// The objects that scenarios apply: small, named by the scenario, without a namespace.
import type { CronJobSpec } from '@gantry/api/kinds/cron-job';
import type { DeploymentSpec } from '@gantry/api/kinds/deployment';
import type { JobSpec } from '@gantry/api/kinds/job';
import type { AnyObject } from '@gantry/api/meta';
import { behavingPod, type PodWish } from './behaving-pod.ts';

/** A Deployment whose pods are labelled `app: <name>`. */
export function deploymentOf(
  name: string,
  replicas: number,
  pod: PodWish = {},
  more: Partial<DeploymentSpec> = {},
): AnyObject {
  const labels = { app: name };
  const spec = { replicas, selector: { matchLabels: labels }, template: behavingPod({ ...pod, labels }) };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { ...spec, ...more } };
}

/** A DaemonSet whose pods are labelled `app: <name>`. */
export function daemonSetOf(name: string): AnyObject {
  const labels = { app: name };
  const spec = { selector: { matchLabels: labels }, template: behavingPod({ labels }) };
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name }, spec };
}

/** A Job whose failed pods are not started again on their node. */
export function jobOf(name: string, pod: PodWish, more: Partial<JobSpec> = {}): AnyObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: jobSpec(pod, more) };
}

/** A CronJob of such Jobs. */
export function cronJobOf(name: string, pod: PodWish, spec: Omit<CronJobSpec, 'jobTemplate'>): AnyObject {
  const jobTemplate = { spec: jobSpec(pod, {}) };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec: { ...spec, jobTemplate } };
}

/** A pod of nobody's. */
export function podOf(name: string, wish: PodWish = {}): AnyObject {
  const { metadata, spec } = behavingPod(wish);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec };
}

/** A ConfigMap. */
export function configMapOf(name: string, data: Readonly<Record<string, string>>): AnyObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function jobSpec(pod: PodWish, more: Partial<JobSpec>): JobSpec {
  const template = behavingPod({ ...pod, spec: { restartPolicy: 'Never', ...pod.spec } });
  return { template, ...more };
}
