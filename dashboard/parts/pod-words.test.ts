// The colours of pods.
import test from 'ava';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Tone } from './badge.tsx';
import { podStatus, podTone, restartCount } from './pod-words.ts';

const pod = (status: object, metadata: object = {}): Pod =>
  ({
    metadata: { name: 'web', ...metadata },
    spec: { containers: [{ name: 'app' }] },
    status,
  }) as unknown as Pod;
const ready = (status: string) => [{ type: 'Ready', status }];
const waiting = (reason: string) => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'app', ready: false, restartCount: 2, state: { waiting: { reason } } }],
});

const rows: [what: string, pod: Pod, tone: Tone][] = [
  ['runs and is ready', pod({ phase: 'Running', conditions: ready('True') }), 'good'],
  ['runs and is not ready', pod({ phase: 'Running', conditions: ready('False') }), 'warn'],
  ['is being made', pod(waiting('ContainerCreating')), 'busy'],
  [
    'fits nowhere',
    pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False' }] }),
    'warn',
  ],
  ['crashes', pod(waiting('CrashLoopBackOff')), 'bad'],
  ['has no image', pod(waiting('ErrImagePull')), 'bad'],
  ['is done', pod({ phase: 'Succeeded' }), 'quiet'],
  ['has failed', pod({ phase: 'Failed', reason: 'Evicted' }), 'bad'],
  ['is going', pod({ phase: 'Running' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'busy'],
  ['is lost', pod({ phase: 'Unknown' }), 'warn'],
];

for (const [what, of, tone] of rows)
  test(`a pod that ${what} is ${tone}`, (t) => {
    t.is(podTone(of), tone);
  });

test('restarts of all containers count', (t) => {
  t.is(restartCount(pod(waiting('CrashLoopBackOff'))), 2);
  t.is(restartCount(pod({})), 0);
});

test('whether a pod still runs whose node has fallen silent, nobody knows', (t) => {
  const lost = [{ type: 'Ready', status: 'False', reason: 'NodeNotReady' }];
  t.is(podStatus(pod({ phase: 'Running', conditions: lost })), 'Node lost');
  t.is(podStatus(pod({ phase: 'Succeeded', conditions: lost })), 'Succeeded');
  t.is(podStatus(pod({ phase: 'Running', conditions: ready('False') })), 'Running');
});
