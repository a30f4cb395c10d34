// What is spoken for on each node.
import test from 'ava';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { nodeRows, nodeTone, percentOf } from './node-rows.ts';

const node = (
  name: string,
  spec: object = {},
  conditions: object[] = [{ type: 'Ready', status: 'True' }],
): Node =>
  ({
    metadata: { name },
    spec,
    status: { conditions, allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
  }) as unknown as Node;

const pod = (nodeName: string | undefined, cpu: string, phase = 'Running'): Pod =>
  ({
    metadata: {},
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      containers: [{ resources: { requests: { cpu } } }],
    },
    status: { phase },
  }) as unknown as Pod;

test('pods that have ended or have no node take nothing', (t) => {
  const pods = [
    pod('a', '500m'),
    pod('a', '1'),
    pod('a', '2', 'Succeeded'),
    pod(undefined, '1'),
    pod('b', '1'),
  ];
  const [a, b] = nodeRows([node('a'), node('b')], pods, new Map([['a', { cpuMilli: 250, memoryBytes: 1 }]]));
  t.deepEqual(a?.cpu, { allocatable: 4000, requested: 1500, used: 250 });
  t.is(a?.pods, 2);
  t.is(a?.podsMax, 110);
  t.is(b?.cpu.used, undefined);
  t.is(b?.memory.allocatable, 8 * 1024 ** 3);
});

test('colours', (t) => {
  t.is(nodeTone(node('a')), 'good');
  t.is(nodeTone(node('a', { unschedulable: true })), 'warn');
  t.is(nodeTone(node('a', {}, [{ type: 'Ready', status: 'Unknown' }])), 'bad');
  t.is(nodeTone(node('a', {}, [])), 'bad');
  const short = [
    { type: 'Ready', status: 'True' },
    { type: 'DiskPressure', status: 'True' },
  ];
  t.is(nodeTone(node('a', {}, short)), 'warn');
});

test('shares', (t) => {
  t.is(percentOf(1, 3), 33);
  t.is(percentOf(1, 0), 0);
});
