import test from 'ava';
import type { ContainerInfo } from 'dockerode';
import { containerState, ownersOfSandboxes, statusOf, type ContainerDetails } from './container-state.ts';
import { LABEL } from './labels.ts';

const pod = { namespace: 'default', name: 'web', uid: 'u-1' };
const podLabels = { [LABEL.podUid]: pod.uid, [LABEL.podName]: pod.name, [LABEL.podNamespace]: pod.namespace };
const details: ContainerDetails = {
  startedAtMs: 1000,
  finishedAtMs: 2000,
  exitCode: 0,
  oomKilled: false,
  memoryLimitBytes: 0,
  error: '',
  pid: 0,
  tty: false,
};

function info(id: string, state: string, labels: Record<string, string>): ContainerInfo {
  return {
    Id: id,
    State: state,
    Labels: labels,
    Created: 1,
    ImageID: 'sha256:1',
    Image: 'img',
  } as unknown as ContainerInfo;
}

for (const [engine, status] of [
  ['created', 'created'],
  ['running', 'running'],
  ['paused', 'running'],
  ['restarting', 'running'],
  ['removing', 'exited'],
  ['exited', 'exited'],
  ['dead', 'exited'],
] as const) {
  test(`what the engine calls ${engine} is ${status}`, (t) => {
    t.is(statusOf(engine), status);
  });
}

for (const [exitCode, signal] of [
  [0, undefined],
  [1, undefined],
  [128, undefined],
  [130, 2],
  [137, 9],
  [143, 15],
  [255, undefined],
] as const) {
  test(`exit code ${exitCode} ${signal === undefined ? 'names no signal' : `is signal ${signal}`}`, (t) => {
    const labels = { ...podLabels, [LABEL.kind]: 'app' };
    const state = containerState(info('c', 'exited', labels), { ...details, exitCode });
    t.is(state?.exitCode, exitCode);
    t.is(state?.signal, signal);
  });
}

test('what never ran has no exit code, what runs no end', (t) => {
  const labels = { ...podLabels, [LABEL.kind]: 'init' };
  const created = containerState(info('c', 'created', labels), { ...details, error: 'no such file' });
  t.is(created?.exitCode, undefined);
  t.is(created?.error, 'no such file');
  const running = containerState(info('c', 'running', labels), { ...details, pid: 7 });
  t.like(running, { pid: 7, startedAtMs: 1000, exitCode: undefined, finishedAtMs: undefined });
});

test('containers of others, and sandboxes, are no containers of pods', (t) => {
  t.is(containerState(info('c', 'running', {}), details), undefined);
  t.is(containerState(info('c', 'running', { ...podLabels, [LABEL.kind]: 'sandbox' }), details), undefined);
});

test('a sandbox is whose label, record or containers say; that of nobody is free', (t) => {
  const sandbox = { [LABEL.kind]: 'sandbox' };
  const infos = [
    info('own', 'running', { ...sandbox, ...podLabels }),
    info('given', 'running', sandbox),
    info('inhabited', 'running', sandbox),
    info('free', 'running', sandbox),
    info('c', 'exited', { ...podLabels, [LABEL.kind]: 'app', [LABEL.sandbox]: 'inhabited' }),
  ];
  const owners = ownersOfSandboxes(infos, (id) => (id === 'given' ? pod : undefined));
  t.deepEqual(Object.fromEntries(owners), { own: pod, given: pod, inhabited: pod });
});
