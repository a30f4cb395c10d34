import test from 'ava';
import { rowCells } from '../../table.ts';
import { podKind, type ContainerStatus, type Pod, type PodStatus } from '../pod.ts';

const NOW_MS = Date.parse('2026-01-31T12:00:00Z');
const ago = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString();

function container(state: ContainerStatus['state'], more: Partial<ContainerStatus> = {}): ContainerStatus {
  return {
    name: 'a',
    image: 'a',
    imageID: '',
    ready: false,
    restartCount: 0,
    ...(state ? { state } : {}),
    ...more,
  };
}

const running = (more: Partial<ContainerStatus> = {}): ContainerStatus =>
  container({ running: { startedAt: ago(60) } }, { ready: true, ...more });
const ended = (exitCode: number, reason?: string, signal?: number): ContainerStatus =>
  container({ terminated: { exitCode, ...(reason ? { reason } : {}), ...(signal ? { signal } : {}) } });
const waiting = (reason: string): ContainerStatus => container({ waiting: { reason } });
const holds = (type: string): NonNullable<PodStatus['conditions']>[0] => ({ type, status: 'True' });

/** Init containers in the spec, status, metadata; then READY, STATUS, RESTARTS. */
const ROWS: [string, number, PodStatus, object, [string, string, string]][] = [
  ['fresh', 0, { phase: 'Pending' }, {}, ['0/2', 'Pending', '0']],
  [
    'held back by gates',
    0,
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
    },
    {},
    ['0/2', 'SchedulingGated', '0'],
  ],
  ['without a status', 0, {}, {}, ['0/2', 'Unknown', '0']],
  [
    'being created',
    0,
    { phase: 'Pending', containerStatuses: [waiting('ContainerCreating'), waiting('ContainerCreating')] },
    {},
    ['0/2', 'ContainerCreating', '0'],
  ],
  [
    'running',
    0,
    { phase: 'Running', containerStatuses: [running(), running()] },
    {},
    ['2/2', 'Running', '0'],
  ],
  [
    'restarted',
    0,
    {
      phase: 'Running',
      containerStatuses: [
        running({ restartCount: 2, lastState: { terminated: { exitCode: 1, finishedAt: ago(300) } } }),
        running({ restartCount: 1, lastState: { terminated: { exitCode: 1, finishedAt: ago(5) } } }),
      ],
    },
    {},
    ['2/2', 'Running', '3 (5s ago)'],
  ],
  [
    'crashing',
    0,
    { phase: 'Running', containerStatuses: [running(), waiting('CrashLoopBackOff')] },
    {},
    ['1/2', 'CrashLoopBackOff', '0'],
  ],
  [
    'without its image',
    0,
    { phase: 'Pending', containerStatuses: [waiting('ImagePullBackOff'), waiting('ContainerCreating')] },
    {},
    ['0/2', 'ImagePullBackOff', '0'],
  ],
  [
    'done',
    0,
    { phase: 'Succeeded', containerStatuses: [ended(0, 'Completed')] },
    {},
    ['0/2', 'Completed', '0'],
  ],
  ['failed', 0, { phase: 'Failed', containerStatuses: [ended(3, 'Error')] }, {}, ['0/2', 'Error', '0']],
  [
    'out of memory',
    0,
    { phase: 'Failed', containerStatuses: [ended(137, 'OOMKilled')] },
    {},
    ['0/2', 'OOMKilled', '0'],
  ],
  [
    'ended without a word',
    0,
    { phase: 'Failed', containerStatuses: [ended(3)] },
    {},
    ['0/2', 'ExitCode:3', '0'],
  ],
  [
    'killed',
    0,
    { phase: 'Failed', containerStatuses: [ended(137, undefined, 9)] },
    {},
    ['0/2', 'Signal:9', '0'],
  ],
  [
    'half done and ready',
    0,
    { phase: 'Running', conditions: [holds('Ready')], containerStatuses: [ended(0, 'Completed'), running()] },
    {},
    ['1/2', 'Running', '0'],
  ],
  [
    'half done and not ready',
    0,
    { phase: 'Running', containerStatuses: [ended(0, 'Completed'), running()] },
    {},
    ['1/2', 'NotReady', '0'],
  ],
  [
    'in its first init container',
    2,
    {
      phase: 'Pending',
      initContainerStatuses: [running(), waiting('PodInitializing')],
      containerStatuses: [waiting('PodInitializing')],
    },
    {},
    ['0/2', 'Init:0/2', '0'],
  ],
  [
    'in its second init container',
    2,
    { phase: 'Pending', initContainerStatuses: [ended(0, 'Completed'), running({ restartCount: 1 })] },
    {},
    ['0/2', 'Init:1/2', '1'],
  ],
  [
    'with a failing init container',
    1,
    { phase: 'Pending', initContainerStatuses: [waiting('CrashLoopBackOff')] },
    {},
    ['0/2', 'Init:CrashLoopBackOff', '0'],
  ],
  [
    'with a failed init container',
    1,
    { phase: 'Failed', initContainerStatuses: [ended(1, 'Error')] },
    {},
    ['0/2', 'Init:Error', '0'],
  ],
  [
    'with a mute init container',
    1,
    { phase: 'Failed', initContainerStatuses: [ended(4)] },
    {},
    ['0/2', 'Init:ExitCode:4', '0'],
  ],
  [
    'initialised',
    1,
    {
      phase: 'Running',
      initContainerStatuses: [ended(0, 'Completed')],
      containerStatuses: [running(), running()],
    },
    {},
    ['2/2', 'Running', '0'],
  ],
  ['evicted', 0, { phase: 'Failed', reason: 'Evicted' }, {}, ['0/2', 'Evicted', '0']],
  [
    'being deleted',
    0,
    { phase: 'Running', containerStatuses: [running()] },
    { deletionTimestamp: ago(1) },
    ['1/2', 'Terminating', '0'],
  ],
  [
    'done and being deleted',
    0,
    { phase: 'Succeeded', containerStatuses: [ended(0, 'Completed')] },
    { deletionTimestamp: ago(1) },
    ['0/2', 'Completed', '0'],
  ],
  [
    'on a lost node',
    0,
    { phase: 'Running', reason: 'NodeLost' },
    { deletionTimestamp: ago(1) },
    ['0/2', 'Unknown', '0'],
  ],
];

for (const [title, inits, status, metadata, expected] of ROWS) {
  test(`a pod ${title}`, (t) => {
    const images = (count: number, prefix: string): { name: string; image: string }[] =>
      Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index}`, image: 'a' }));
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', creationTimestamp: ago(90), ...metadata },
      spec: { containers: images(2, 'c'), initContainers: images(inits, 'i'), nodeName: 'node-1' },
      status,
    };
    const [name, ...cells] = rowCells(podKind, pod, NOW_MS);
    t.is(name, 'web');
    t.deepEqual(cells.slice(0, 3), expected);
    t.deepEqual(cells.slice(3), ['90s', '<none>', 'node-1', '<none>', '<none>']);
  });
}
