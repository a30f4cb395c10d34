// The Job that a CronJob's "run now" makes.
import test from 'ava';
import { manualJobOf } from './job-of-cron-job.ts';
import type { CronJob } from './kinds/cron-job.ts';

const cronJob = (name: string): CronJob =>
  ({
    metadata: { name, namespace: 'shop', uid: 'u1' },
    spec: {
      schedule: '@daily',
      jobTemplate: {
        metadata: { labels: { app: 'report' }, annotations: { note: 'kept' } },
        spec: { template: { spec: { containers: [], restartPolicy: 'Never' } } },
      },
    },
  }) as unknown as CronJob;

test('it is from the template, owned by the CronJob, and says that a person asked for it', (t) => {
  const { metadata, spec } = manualJobOf(cronJob('report'));
  t.deepEqual(metadata, {
    generateName: 'report-manual-',
    namespace: 'shop',
    labels: { app: 'report' },
    annotations: { note: 'kept', 'cronjob.kubernetes.io/instantiate': 'manual' },
    ownerReferences: [
      {
        ...{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid: 'u1' },
        ...{ controller: true, blockOwnerDeletion: true },
      },
    ],
  });
  t.deepEqual(spec.template.spec.containers, []);
});

test('a long name leaves room for what the server adds', (t) => {
  t.is((manualJobOf(cronJob('c'.repeat(52))).metadata.generateName ?? '').length + 5, 63);
});
