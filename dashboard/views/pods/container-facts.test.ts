// What is said of containers and their probes.
import test from 'ava';
import type { Event } from '@gantry/api/kinds/event';
import type { ContainerStatus, Pod } from '@gantry/api/kinds/pod';
import { containersOf, probesOf, stateText, type ContainerView } from './container-facts.ts';

const status = (more: Partial<ContainerStatus>): ContainerStatus => ({
  ...{ name: 'app', ready: false, restartCount: 0, image: 'web', imageID: '' },
  ...more,
});

const view = (more: Partial<ContainerStatus>): ContainerView => ({
  container: {
    ...{ name: 'app', image: 'web' },
    startupProbe: { tcpSocket: { port: 80 } },
    livenessProbe: { httpGet: { port: 80, path: '/live' } },
    readinessProbe: { httpGet: { port: 80, path: '/ready' } },
  },
  status: status(more),
  isInit: false,
});

const RUNNING = { running: { startedAt: '2026-01-01T00:00:00Z' } };

test('init containers come first, each with its own status', (t) => {
  const pod = {
    metadata: {},
    spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'first' }] },
    status: { initContainerStatuses: [status({ name: 'first', restartCount: 3 })] },
  } as unknown as Pod;
  t.deepEqual(
    containersOf(pod).map(({ container, isInit, status: found }) => [
      container.name,
      isInit,
      found?.restartCount,
    ]),
    [
      ['first', true, 3],
      ['app', false, undefined],
    ],
  );
});

test('states in words', (t) => {
  t.is(stateText(undefined), undefined);
  t.like(stateText(RUNNING), { word: 'Running', tone: 'good' });
  t.like(stateText({ waiting: { reason: 'CrashLoopBackOff', message: 'again in 10s' } }), {
    ...{ word: 'CrashLoopBackOff', tone: 'bad', detail: 'again in 10s' },
  });
  t.like(stateText({ waiting: { reason: 'ContainerCreating' } }), { tone: 'busy' });
  t.like(stateText({ terminated: { exitCode: 137, signal: 9, reason: 'OOMKilled' } }), {
    ...{ word: 'OOMKilled', tone: 'bad', detail: 'exit code 137, signal 9' },
  });
  t.like(stateText({ terminated: { exitCode: 0 } }), { word: 'Ended', tone: 'quiet' });
});

test('probes are asked one after the other, and say what the status knows', (t) => {
  const verdicts = (more: Partial<ContainerStatus>): string =>
    probesOf(view(more), [])
      .map(({ tone }) => tone)
      .join(' ');
  t.is(verdicts({}), 'quiet quiet quiet');
  t.is(verdicts({ state: RUNNING, started: false }), 'busy quiet quiet');
  t.is(verdicts({ state: RUNNING, started: true }), 'good good warn');
  t.is(verdicts({ state: RUNNING, started: true, ready: true }), 'good good good');
});

test('a probe shows the latest failure of its own kind and container', (t) => {
  const event = (message: string, container: string, lastTimestamp: string): Event =>
    ({
      ...{ metadata: {}, reason: 'Unhealthy', message, lastTimestamp, count: 4 },
      involvedObject: { fieldPath: `spec.containers{${container}}` },
    }) as unknown as Event;
  const events = [
    event('Readiness probe failed: old', 'app', '2026-01-01T00:00:00Z'),
    event('Readiness probe failed: new', 'app', '2026-01-01T00:01:00Z'),
    event('Readiness probe failed: of another', 'side', '2026-01-01T00:02:00Z'),
  ];
  const [startup, , readiness] = probesOf(view({ state: RUNNING }), events);
  t.is(startup?.failure, undefined);
  t.deepEqual(readiness?.failure, { message: 'new', at: '2026-01-01T00:01:00Z', count: 4 });
});
