// What stands beside the real work: status writes, Events, the view of the runtime, the heartbeat; against the small
// API in memory, on a clock of the test.
import test from 'ava';
import { TransportError } from '@gantry/api/transport-error';
import { createClient } from '@gantry/api/http-client';
import type { Event } from '@gantry/api/kinds/event';
import type { Lease } from '@gantry/api/kinds/lease';
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createHeartbeat } from '../node/heartbeat.ts';
import type { RuntimeEvent } from '../runtime/runtime.ts';
import { createToyApi, type ToyApi } from '../toy/toy-api.ts';
import { NOW_MS, toyExit, toyPod, toyRun, toySandbox } from '../toy/toy-observed.ts';
import { createEventRecorder } from './event-recorder.ts';
import { involvedPod } from './pod-events.ts';
import { createRuntimeView } from './runtime-view.ts';
import { createStatusWriter } from './status-writer.ts';

const random = seededRandom(1);

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function open() {
  const clock = new VirtualClock(NOW_MS);
  const api: ToyApi = createToyApi();
  const client = createClient({ transport: api.transport });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      await settle();
    }
  };
  const count = (request: string): number => api.requests.filter((one) => one === request).length;
  return { clock, api, client, pass, count, shared: { client, clock, random, logger: silentLogger } };
}

function openWriter() {
  const bench = open();
  const newer: Pod[] = [];
  const writer = createStatusWriter({ ...bench.shared, onNewer: (pod) => newer.push(pod) });
  const pod = bench.api.put('pods', toyPod()) as Pod;
  const stored = (): PodStatus | undefined => bench.api.get<Pod>('pods', 'web')?.status;
  return { ...bench, writer, pod, newer, stored };
}

const running: PodStatus = { phase: 'Running', hostIP: '192.0.2.7' };

test('an urgent status is written at once, and the same one not again', async (t) => {
  const { writer, pod, stored, count, pass } = openWriter();
  writer.put(pod, running);
  await settle();
  t.deepEqual(stored(), running);
  writer.put(pod, { ...running });
  await pass(1000);
  t.is(count('PUT pods/status'), 1);
});

test('what nobody waits for is gathered, and the last state wins', async (t) => {
  const { writer, pod, stored, count, pass } = openWriter();
  for (const hostIP of ['1', '2', '3']) writer.put(pod, { phase: 'Pending', hostIP });
  await settle();
  t.is(count('PUT pods/status'), 0);
  await pass(500);
  t.is(stored()?.hostIP, '3');
  t.is(count('PUT pods/status'), 1);
});

test('a write that meets a newer object is made anew from it', async (t) => {
  const { writer, pod, api, stored, newer, pass } = openWriter();
  api.put('pods', { ...pod, metadata: { ...pod.metadata, labels: { changed: 'yes' } } });
  writer.put(pod, running);
  await pass(1000);
  t.deepEqual(stored(), running);
  t.is(newer.length, 1);
  t.is(api.get('pods', 'web')?.metadata.labels?.['changed'], 'yes');
});

test('what a newer object says is heard before a status that was worked out without it is written', async (t) => {
  const { writer, pod, api, newer, stored, pass } = openWriter();
  const current = api.get<Pod>('pods', 'web') ?? pod;
  api.put('pods', { ...current, status: running });
  writer.put(pod, { phase: 'Pending', hostIP: '192.0.2.7' });
  await pass(500);
  t.deepEqual(stored(), running);
  t.is(newer.length, 1);
  const [fresh = pod] = newer;
  writer.put(fresh, { ...running, podIP: '10.244.0.9' });
  await pass(500);
  t.is(stored()?.podIP, '10.244.0.9');
});

test('the start time that an agent of before has written stays', async (t) => {
  const { writer, pod, api, stored, pass } = openWriter();
  const startTime = '2030-01-01T00:00:09Z';
  api.put('pods', { ...pod, status: { phase: 'Pending', startTime } });
  writer.put(pod, { ...running, startTime: '2030-01-01T00:00:19Z' });
  await pass(1000);
  t.deepEqual(stored(), { ...running, startTime });
});

test('what somebody else wrote over ours is written again', async (t) => {
  const { writer, pod, api, stored, pass } = openWriter();
  writer.put(pod, running);
  await settle();
  const current = api.get<Pod>('pods', 'web') ?? pod;
  const foreign = api.put('pods', { ...current, status: { phase: 'Unknown' } }) as Pod;
  writer.put(foreign, running);
  await pass(1000);
  t.deepEqual(stored(), running);
});

test('an answer that comes after the word of a later writer does not hide what that one wrote', async (t) => {
  const bench = open();
  let answer: () => void = () => undefined;
  const late = new Promise<void>((resolve) => (answer = resolve));
  const update: typeof bench.client.update = async (...values) => {
    const written = await bench.client.update(...values);
    await late;
    return written;
  };
  const client = { ...bench.client, update };
  const writer = createStatusWriter({ ...bench.shared, client, onNewer: () => undefined });
  writer.put(bench.api.put('pods', toyPod()) as Pod, running);
  await settle();
  const ours = bench.api.get<Pod>('pods', 'web') as Pod;
  t.deepEqual(ours.status, running);
  writer.put(bench.api.put('pods', { ...ours, status: { phase: 'Unknown' } }) as Pod, running);
  answer();
  await bench.pass(1000);
  t.deepEqual(bench.api.get<Pod>('pods', 'web')?.status, running);
});

test('with the control plane away the newest state waits for it', async (t) => {
  const { writer, pod, api, stored, pass } = openWriter();
  api.isAway = true;
  writer.put(pod, running);
  await pass(3000);
  writer.put(pod, { phase: 'Failed' });
  await pass(3000);
  api.isAway = false;
  await pass(11_000);
  t.deepEqual(stored(), { phase: 'Failed' });
});

test('a flush waits for the write, and does not wait for a pod that is gone', async (t) => {
  const { writer, pod, api, stored } = openWriter();
  writer.put(pod, { phase: 'Pending', hostIP: 'x' });
  await writer.flush('uid-1', AbortSignal.timeout(5000));
  t.is(stored()?.hostIP, 'x');
  api.remove('pods', 'web', 0);
  writer.put(pod, { phase: 'Succeeded' });
  await writer.flush('uid-1', AbortSignal.timeout(5000));
  t.pass();
});

test('another pod of the same name is not touched', async (t) => {
  const { writer, pod, api, stored, pass } = openWriter();
  api.remove('pods', 'web', 0);
  api.put('pods', { ...toyPod(), metadata: { name: 'web', namespace: 'default', uid: 'uid-2' } });
  writer.put(pod, running);
  await pass(2000);
  t.is(stored(), undefined);
});

test('the same words about the same pod are one Event with a count', async (t) => {
  const { shared, api, pass } = open();
  const events = createEventRecorder({ ...shared, ids: idsFrom(random), nodeName: 'n1' });
  const end = new AbortController();
  const done = events.run(end.signal);
  const text = { severity: 'Warning', reason: 'BackOff', message: 'again' } as const;
  for (let round = 0; round < 5; round += 1) events.record(involvedPod(toyPod(), 'app'), text);
  events.record(involvedPod(toyPod()), { ...text, message: 'other' });
  await pass(1500);
  events.record(involvedPod(toyPod(), 'app'), text);
  await pass(12_000);
  const told = api.list<Event>('events').map(({ message, count }) => [message, count]);
  t.deepEqual(told.toSorted(), [
    ['again', 6],
    ['other', 1],
  ]);
  const [first] = api.list<Event>('events');
  t.like(first?.involvedObject, { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{app}' });
  end.abort();
  await done;
});

test('an Event whose writing had an unknown outcome is not told twice', async (t) => {
  const { shared, api, pass } = open();
  let isLost = true;
  const client: typeof shared.client = {
    ...shared.client,
    async create(...args: Parameters<typeof shared.client.create>) {
      const made = await shared.client.create(...args);
      if (isLost) {
        isLost = false;
        throw new TransportError('timeout', 'no answer in time');
      }
      return made;
    },
  } as typeof shared.client;
  const events = createEventRecorder({ ...shared, client, ids: idsFrom(random), nodeName: 'n1' });
  const end = new AbortController();
  const done = events.run(end.signal);
  events.record(involvedPod(toyPod()), { severity: 'Normal', reason: 'Pulling', message: 'image' });
  await pass(8000);
  t.false(isLost);
  t.is(api.list('events').length, 1);
  end.abort();
  await done;
});

test('a control plane that is away holds nobody up, and the queue is bounded', async (t) => {
  const { shared, api, pass } = open();
  const events = createEventRecorder({ ...shared, ids: idsFrom(random), nodeName: 'n1' });
  const end = new AbortController();
  const done = events.run(end.signal);
  api.isAway = true;
  for (let index = 0; index < 3000; index += 1) {
    events.record(involvedPod(toyPod()), { severity: 'Normal', reason: 'R', message: String(index) });
  }
  await pass(2000);
  end.abort();
  await done;
  t.is(api.list('events').length, 0);
});

test('a death that the list does not know of yet is looked for again', async (t) => {
  const { clock, pass } = open();
  let tell: (event: RuntimeEvent) => void = () => undefined;
  let listed = [toyRun()];
  let changes = 0;
  const view = createRuntimeView({
    ...{ clock, logger: silentLogger, onChange: () => (changes += 1) },
    runtime: {
      listContainers: () => Promise.resolve(listed),
      listSandboxes: () => Promise.resolve([toySandbox()]),
      watchEvents: (onEvent) => {
        tell = onEvent;
        return new Promise(() => undefined);
      },
    },
  });
  await view.start(new AbortController().signal);
  tell({ podUid: 'uid-1', containerId: 'app-0', type: 'die' });
  await settle();
  t.is(view.of('uid-1').containers[0]?.status, 'running');
  listed = [toyExit(1)];
  await pass(200);
  t.is(view.of('uid-1').containers[0]?.status, 'exited');
  const before = changes;
  await pass(10_000);
  t.is(changes, before, 'nothing is polled');
});

test('a list that began before a change of our own is not believed', async (t) => {
  const { clock } = open();
  let answer: () => void = () => undefined;
  let isSlow = false;
  const view = createRuntimeView({
    ...{ clock, logger: silentLogger, onChange: () => undefined },
    runtime: {
      listContainers: async () => {
        if (!isSlow) return [toyRun({ attempt: 1 })];
        isSlow = false;
        await new Promise<void>((resolve) => (answer = resolve));
        return [];
      },
      listSandboxes: () => Promise.resolve([]),
      watchEvents: () => new Promise(() => undefined),
    },
  });
  await view.start(new AbortController().signal);
  isSlow = true;
  const looking = view.refresh('uid-1');
  view.noteContainer(toyRun({ attempt: 1 }));
  answer();
  await looking;
  t.deepEqual(
    view.of('uid-1').containers.map(({ id }) => id),
    ['app-1'],
  );
});

test('the Lease is made, renewed, and made again; who comes back is told', async (t) => {
  const { shared, api, pass } = open();
  const end = new AbortController();
  let backs = 0;
  const beat = { ...shared, nodeName: 'n1', intervalMs: 1000, onBack: () => (backs += 1) };
  const done = createHeartbeat(beat).run(end.signal);
  const lease = (): Lease | undefined => api.get<Lease>('leases', 'n1');
  await pass(200);
  t.like(lease()?.spec, { holderIdentity: 'n1', leaseDurationSeconds: 5 });
  const first = lease()?.spec.renewTime;
  await pass(2000);
  t.true((lease()?.spec.renewTime ?? '') > (first ?? ''));
  api.remove('leases', 'n1', 0);
  await pass(2200);
  t.truthy(lease());
  api.isAway = true;
  await pass(3000);
  t.is(backs, 0);
  api.isAway = false;
  await pass(2200);
  t.is(backs, 1);
  end.abort();
  await pass(100);
  await done;
});
