// What a drain does with each kind of pod, with and without the user's allowances.
import test from 'ava';
import { planDrain, type DrainAllowances } from './drain-plan.ts';
import type { Pod } from './kinds/pod.ts';

function pod(name: string, owner: string | undefined, { data = false, phase = 'Running' } = {}): Pod {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: owner, name: 'owner', uid: 'u', controller: true }];
  return {
    metadata: { name, namespace: 'default', ...(owner === undefined ? {} : { ownerReferences }) },
    spec: { containers: [], ...(data ? { volumes: [{ name: 'cache', emptyDir: {} }] } : {}) },
    status: { phase },
  } as unknown as Pod;
}

const PODS = [
  pod('web', 'ReplicaSet'),
  pod('cache', 'ReplicaSet', { data: true }),
  pod('logs', 'DaemonSet', { data: true }),
  pod('bare', undefined),
  pod('bare-data', undefined, { data: true }),
  pod('ended', undefined, { phase: 'Succeeded' }),
  pod('ended-logs', 'DaemonSet', { phase: 'Failed' }),
];

const rows: [DrainAllowances, leaving: string, staying: string, obstacles: string][] = [
  [
    {},
    'web ended ended-logs',
    '',
    'cache:deleteEmptydirData logs:ignoreDaemonsets bare:force bare-data:force',
  ],
  [
    { ignoreDaemonsets: true },
    'web ended ended-logs',
    'logs',
    'cache:deleteEmptydirData bare:force bare-data:force',
  ],
  [
    { ignoreDaemonsets: true, force: true },
    'web bare ended ended-logs',
    'logs',
    'cache:deleteEmptydirData bare-data:deleteEmptydirData',
  ],
  [
    { ignoreDaemonsets: true, force: true, deleteEmptydirData: true },
    'web cache bare bare-data ended ended-logs',
    'logs',
    '',
  ],
];

for (const [allowances, leaving, staying, obstacles] of rows) {
  test(`with ${Object.keys(allowances).join(', ') || 'no allowance'}`, (t) => {
    const plan = planDrain(PODS, allowances);
    const names = (pods: readonly Pod[]): string => pods.map(({ metadata }) => metadata.name).join(' ');
    t.is(names(plan.leaving), leaving);
    t.is(names(plan.staying), staying);
    t.is(plan.obstacles.map((each) => `${each.pod.metadata.name}:${each.needs}`).join(' '), obstacles);
  });
}
