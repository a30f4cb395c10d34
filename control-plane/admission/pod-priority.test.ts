// What a pod's priority comes from, and what keeps the classes in order.
import test from 'ava';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { priorityClassKind } from '@gantry/api/kinds/priority-class';
import type { AnyObject } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import { pod, startTestResources, type TestResources } from '../resources/test-resources.ts';

const priorityClass = (name: string, value: number, more: object = {}): AnyObject => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  ...more,
});

async function withClasses(
  work: (test: TestResources & { made: (spec: object) => Promise<Pod['spec']> }) => Promise<void>,
  ...classes: AnyObject[]
): Promise<void> {
  const lab = await startTestResources();
  for (const one of classes) await lab.resources.create(priorityClassKind, one, lab.context());
  await lab.cache.waitForNewest();
  let count = 0;
  const made = async (spec: object): Promise<Pod['spec']> => {
    const name = `p${(count += 1)}`;
    const created = await lab.resources.create(podKind, pod(name, { ...spec }), lab.context());
    return (created as Pod).spec;
  };
  try {
    await work({ ...lab, made });
  } finally {
    await lab.close();
  }
}

async function refusal(work: Promise<unknown>): Promise<[number | undefined, string]> {
  try {
    await work;
    return [undefined, ''];
  } catch (error) {
    return error instanceof StatusError
      ? [error.status.code, error.status.message ?? '']
      : [0, String(error)];
  }
}

test('a pod gets what its class says, and nothing else will do', (t) =>
  withClasses(
    async ({ made }) => {
      t.like(await made({}), { priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
      t.like(await made({ priorityClassName: 'batch' }), { priority: 10, preemptionPolicy: 'Never' });
      t.like(await made({ priorityClassName: 'batch', priority: 10 }), { priority: 10 });
      t.like(await made({ priorityClassName: 'system-node-critical' }), { priority: 2_000_001_000 });
      t.deepEqual(await refusal(made({ priorityClassName: 'nope' })), [
        403,
        'pods "p5" is forbidden: no PriorityClass with name nope was found',
      ]);
      const [code, why] = await refusal(made({ priorityClassName: 'batch', priority: 11 }));
      t.is(code, 403);
      t.regex(why, /value of priority \(11\) must not be provided in pod spec; .* computed 10/);
    },
    priorityClass('batch', 10, { preemptionPolicy: 'Never' }),
  ));

test('a number will do too, below those of the system', (t) =>
  withClasses(async ({ made }) => {
    t.like(await made({ priority: 7 }), { priority: 7, preemptionPolicy: 'PreemptLowerPriority' });
    t.like(await made({ priority: 7, preemptionPolicy: 'Never' }), { preemptionPolicy: 'Never' });
    t.is((await refusal(made({ priority: 1_000_000_001 })))[0], 403);
  }));

test('pods that name no class get the default one, of which there is one at most', (t) =>
  withClasses(
    async ({ made, resources, context }) => {
      t.like(await made({}), { priority: 5, priorityClassName: 'usual' });
      t.like(await made({ priority: 1 }), { priority: 1 });
      const second = priorityClass('second', 6, { globalDefault: true });
      const [code, why] = await refusal(resources.create(priorityClassKind, second, context()));
      t.is(code, 403);
      t.regex(why, /PriorityClass usual is already marked as default/);
    },
    priorityClass('usual', 5, { globalDefault: true }),
  ));

test('the classes of the system are there, and stay', (t) =>
  withClasses(async ({ cache, resources, context }) => {
    const names = cache.list(priorityClassKind).map(({ metadata }) => metadata.name ?? '');
    t.deepEqual(names, ['system-cluster-critical', 'system-node-critical']);
    const key = { namespace: '', name: 'system-node-critical' };
    t.is((await refusal(resources.delete(priorityClassKind, key, {}, context())))[0], 403);
  }));
