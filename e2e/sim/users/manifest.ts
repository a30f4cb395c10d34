// A drawn workload as the object that a user would apply.
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { daemonSetKind } from '@gantry/api/kinds/daemon-set';
import { cronJobKind } from '@gantry/api/kinds/cron-job';
import { jobKind } from '@gantry/api/kinds/job';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { apiVersionOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { Service } from '@gantry/api/kinds/service';
import type { ServiceForm, Workload } from '../plan/user-action.ts';

export const NAMESPACE = 'default';

/** The kinds that users make. */
export const WORKLOAD_KINDS: Readonly<Record<Workload['kind'], KindDefinition>> = {
  Deployment: deploymentKind,
  DaemonSet: daemonSetKind,
  CronJob: cronJobKind,
  Job: jobKind,
  Pod: podKind,
  ReplicaSet: replicaSetKind,
};

/** The image of a version: what an update changes. */
export function imageOf(version: number): string {
  return `app:${version}`;
}

/** The whole object. */
export function manifestOf(workload: Workload): AnyObject {
  const { kind, name } = workload;
  const apiVersion = apiVersionOf(WORKLOAD_KINDS[kind]);
  const metadata = { name, namespace: NAMESPACE, labels: { app: name } };
  if (kind === 'Pod') return { apiVersion, kind, ...templateOf(workload, 'Always'), metadata };
  return { apiVersion, kind, metadata, spec: SPECS[kind](workload) };
}

type Kind = Exclude<Workload['kind'], 'Pod'>;

const SPECS: Readonly<Record<Kind, (workload: Workload) => object>> = {
  Deployment: (workload) => ({
    replicas: workload.count,
    selector: { matchLabels: { app: workload.name } },
    progressDeadlineSeconds: 60,
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: workload.parallel, maxUnavailable: workload.maxUnavailable },
    },
    template: templateOf(workload, 'Always'),
  }),
  ReplicaSet: (workload) => ({
    replicas: workload.count,
    selector: { matchLabels: { app: workload.name } },
    template: templateOf(workload, 'Always'),
  }),
  DaemonSet: (workload) => ({
    selector: { matchLabels: { app: workload.name } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    template: templateOf(workload, 'Always'),
  }),
  Job: (workload) => jobSpec(workload),
  CronJob: (workload) => ({
    schedule: '* * * * *',
    concurrencyPolicy: workload.count % 2 === 0 ? 'Forbid' : 'Allow',
    successfulJobsHistoryLimit: 2,
    failedJobsHistoryLimit: 1,
    jobTemplate: { spec: jobSpec({ ...workload, count: 1, parallel: 1 }) },
  }),
};

function jobSpec(workload: Workload): object {
  return {
    completions: workload.count,
    parallelism: workload.parallel,
    backoffLimit: workload.backoffLimit,
    template: templateOf(workload, 'Never'),
  };
}

/** The pods of a workload. */
export function templateOf(
  workload: Pick<Workload, 'name' | 'behaviour' | 'graceSeconds' | 'version' | 'cpuMilli' | 'isCritical'>,
  restartPolicy: 'Always' | 'Never',
): object {
  return {
    metadata: { labels: { app: workload.name }, annotations: { ...workload.behaviour } },
    spec: {
      restartPolicy,
      ...(workload.isCritical === true ? { priorityClassName: 'system-cluster-critical' } : {}),
      terminationGracePeriodSeconds: workload.graceSeconds,
      containers: [
        {
          name: 'app',
          image: imageOf(workload.version),
          ...probesOf(workload),
          resources: { requests: { cpu: `${workload.cpuMilli}m`, memory: '64Mi' } },
        },
      ],
    },
  };
}

/** Whoever answers late is asked. */
function probesOf({ behaviour }: Pick<Workload, 'behaviour'>): object {
  const isAsked = 'hollow.gantry.dev/ready-after-ms' in behaviour;
  const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 2, failureThreshold: 2 };
  return isAsked ? { readinessProbe: probe } : {};
}

/** All that ask for an address by name ask for the same: one gets it. */
const FORMS: Readonly<Record<ServiceForm, Partial<Service['spec']>>> = {
  plain: {},
  node: { type: 'NodePort' },
  static: { clusterIP: '10.96.0.10' },
  headless: { clusterIP: 'None' },
};

/** A Service for the pods of a workload. */
export function serviceOf(name: string, selects: string, form: ServiceForm): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: selects }, ports: [{ port: 80, targetPort: 8080 }], ...FORMS[form] },
  };
}
