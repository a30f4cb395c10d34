// What each kind fills in, as Kubernetes does.
import test from 'ava';
import type { KindDefinition } from '../definition.ts';
import type { AnyObject } from '../meta.ts';
import { admitShape } from '../validate.ts';
import { cronJobKind } from './cron-job.ts';
import { daemonSetKind } from './daemon-set.ts';
import { deploymentKind } from './deployment.ts';
import { jobKind, type Job } from './job.ts';
import { pullPolicyOf } from './pod/pod-defaults.ts';
import { podKind, type Pod } from './pod.ts';
import { secretKind } from './secret.ts';

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
};
const WORKLOAD = { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE };

function admitted(definition: KindDefinition, fields: object): AnyObject {
  const { object, issues } = admitShape(definition, { metadata: { name: 'web' }, ...fields });
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return object;
}

test('Pod', (t) => {
  const probe = { httpGet: { port: 80 } };
  const container = {
    name: 'web',
    image: 'web',
    ports: [{ containerPort: 80 }],
    livenessProbe: probe,
    resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { memory: '1Mi' } },
  };
  t.deepEqual(
    admitted(podKind, { spec: { containers: [container], serviceAccount: 'me', hostNetwork: true } })['spec'],
    {
      containers: [
        {
          name: 'web',
          image: 'web',
          imagePullPolicy: 'Always',
          ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }],
          livenessProbe: {
            httpGet: { port: 80, path: '/', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Mi' } },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      serviceAccount: 'me',
      serviceAccountName: 'me',
      hostNetwork: true,
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      securityContext: {},
      dnsPolicy: 'ClusterFirst',
    },
  );
});

for (const [image, policy] of [
  ['web', 'Always'],
  ['web:latest', 'Always'],
  ['localhost:5000/web', 'Always'],
  ['localhost:5000/web:1', 'IfNotPresent'],
  ['web:1', 'IfNotPresent'],
  ['web@sha256:abc', 'IfNotPresent'],
  ['web:latest@sha256:abc', 'IfNotPresent'],
  ['sha256:abc', 'IfNotPresent'],
] as const) {
  test(`an image ${image} is pulled ${policy}`, (t) => {
    t.is(pullPolicyOf(image), policy);
  });
}

test('a template is not filled in beyond what pods and templates share', (t) => {
  const limited = {
    name: 'web',
    image: 'web:1',
    resources: { limits: { cpu: '1' } },
    ports: [{ containerPort: 80 }],
  };
  const template = { ...TEMPLATE, spec: { containers: [limited], hostNetwork: true } };
  const { spec } = admitted(deploymentKind, { spec: { ...WORKLOAD, template } }) as unknown as {
    spec: { template: { spec: { containers: unknown[] } } };
  };
  t.like(spec.template.spec.containers[0], {
    resources: { limits: { cpu: '1' } },
    ports: [{ containerPort: 80, protocol: 'TCP' }],
    imagePullPolicy: 'IfNotPresent',
  });
});

test('Deployment', (t) => {
  t.like(admitted(deploymentKind, { spec: WORKLOAD })['spec'], {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
  });
  const strategy = { rollingUpdate: { maxSurge: 1 } };
  t.like(admitted(deploymentKind, { spec: { ...WORKLOAD, strategy } })['spec'], {
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: 1 } },
  });
  const recreate = admitted(deploymentKind, { spec: { ...WORKLOAD, strategy: { type: 'Recreate' } } });
  t.deepEqual((recreate['spec'] as { strategy: object }).strategy, { type: 'Recreate' });
});

test('DaemonSet', (t) => {
  t.like(admitted(daemonSetKind, { spec: WORKLOAD })['spec'], {
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  });
});

test('Job', (t) => {
  t.like(admitted(jobKind, { spec: { template: TEMPLATE } })['spec'], {
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
  });
  const queue = admitted(jobKind, { spec: { template: TEMPLATE, parallelism: 3 } })['spec'] as object;
  t.false('completions' in queue, 'a work queue ends with its first success');
});

test('a new Job gets a selector of its own', (t) => {
  const job = admitted(jobKind, { spec: { template: TEMPLATE } }) as Job;
  job.metadata.uid = 'u-1';
  jobKind.initialStatus?.(job);
  t.deepEqual(job.spec.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } });
  t.deepEqual(job.spec.template.metadata?.labels, {
    app: 'web',
    'batch.kubernetes.io/controller-uid': 'u-1',
    'batch.kubernetes.io/job-name': 'web',
    'controller-uid': 'u-1',
    'job-name': 'web',
  });
  const manual = admitted(jobKind, {
    spec: { template: TEMPLATE, manualSelector: true, selector: { matchLabels: { app: 'web' } } },
  }) as Job;
  manual.metadata.uid = 'u-1';
  jobKind.initialStatus?.(manual);
  t.deepEqual(manual.spec.selector, { matchLabels: { app: 'web' } });
});

test('CronJob', (t) => {
  const spec = { schedule: '@daily', jobTemplate: { spec: { template: TEMPLATE } } };
  t.like(admitted(cronJobKind, { spec })['spec'], {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    jobTemplate: { spec: { completions: 1, backoffLimit: 6 } },
  });
});

test('Secret: plain entries become encoded ones and win', (t) => {
  const secret = admitted(secretKind, { data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'grün' } });
  t.like(secret, { type: 'Opaque', data: { a: 'YQ==', b: 'Z3LDvG4=' } });
  t.false('stringData' in secret);
});

test('what a new object begins with', (t) => {
  const pod = admitted(podKind, { spec: TEMPLATE.spec }) as Pod;
  podKind.initialStatus?.(pod);
  t.deepEqual(pod.status, { phase: 'Pending', qosClass: 'BestEffort' });
});
