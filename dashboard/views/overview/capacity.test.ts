import test from 'ava';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { allocatableOf, requestedBy } from './capacity.ts';

const node = (status: 'True' | 'False', name = 'n'): Node => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} },
  status: {
    allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
    conditions: [{ type: 'Ready', status }],
  },
});
const pod = (phase: 'Running' | 'Failed', nodeName?: string): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
  spec: {
    containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '250m', memory: '64Mi' } } }],
    ...(nodeName === undefined ? {} : { nodeName }),
  },
  status: { phase },
});

test('only nodes that are ready have something to give', (t) => {
  t.deepEqual(allocatableOf([node('True'), node('False')]), {
    ...{ cpuMilli: 2000, memoryBytes: 4 * 1024 ** 3, pods: 110 },
  });
});

test('pods without a node that is ready, and those that have ended, take nothing', (t) => {
  const pods = [pod('Running', 'n'), pod('Running'), pod('Failed', 'n'), pod('Running', 'gone')];
  t.deepEqual(requestedBy([...pods, pod('Running', 'lost')], [node('True'), node('False', 'lost')]), {
    ...{ cpuMilli: 250, memoryBytes: 64 * 1024 ** 2, pods: 1 },
  });
});
