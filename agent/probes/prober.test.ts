import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { seededRandom } from '@gantry/kit/random';
import type { Container } from '@gantry/api/kinds/pod';
import { NOW_MS, toyContainer } from '../toy/toy-observed.ts';
import { startProber, type ProberTarget } from './prober.ts';

const unasked = () => Promise.reject(new Error('no probe by network here'));

/** A prober of a container whose commands are answered by `answer`, on a clock of its own. */
function open(
  probes: Partial<Container>,
  answer: (command: string, atMs: number) => number | 'hangs',
  more: Partial<ProberTarget> = {},
) {
  const clock = new VirtualClock(NOW_MS);
  const asked: { command: string; atMs: number }[] = [];
  const failures: string[] = [];
  let changes = 0;
  const prober = startProber(
    {
      clock,
      random: seededRandom(1),
      // These probes are commands only.
      machine: { askHttp: unasked, askTcp: unasked },
      runtime: {
        exec: (_id, { command }) => {
          const [name = ''] = command;
          const atMs = clock.nowMs() - NOW_MS;
          asked.push({ command: name, atMs });
          const code = answer(name, atMs);
          return code === 'hangs' ? new Promise(() => undefined) : Promise.resolve(code);
        },
      },
    },
    {
      ...{
        container: toyContainer(probes),
        containerId: 'c',
        podIp: '10.0.0.5',
        ports: {},
        startedAtMs: NOW_MS,
      },
      ...more,
    },
    { onChange: () => (changes += 1), onFailure: (kind, message) => failures.push(`${kind}: ${message}`) },
  );
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      // Answers are promises: let each arrive before time moves on.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  return { prober, asked, failures, pass, changes: () => changes };
}

const exec = (name: string) => ({ exec: { command: [name] } });

test('the first question comes after the delay, then one each period', async (t) => {
  const probe = { ...exec('ready'), initialDelaySeconds: 3, periodSeconds: 5 };
  const { prober, asked, pass } = open({ readinessProbe: probe }, () => 0);
  await pass(2500);
  t.deepEqual(asked, []);
  t.is(prober.state.ready, undefined);
  await pass(11_000);
  t.deepEqual(
    asked.map(({ atMs }) => atMs),
    [3000, 8000, 13_000],
  );
  t.true(prober.state.ready);
  prober.stop();
});

test('a program that does not listen yet is asked again soon, until it has been ready once', async (t) => {
  const asked: number[] = [];
  const failures: string[] = [];
  const clock = new VirtualClock(NOW_MS);
  const prober = startProber(
    {
      ...{ clock, random: seededRandom(1) },
      machine: {
        askHttp: unasked,
        askTcp: () => {
          const atMs = clock.nowMs() - NOW_MS;
          asked.push(atMs);
          const isUp = atMs >= 250 && atMs < 1_500;
          return Promise.resolve(
            isUp ? { result: 'success', message: '' } : { result: 'failure', message: 'refused' },
          );
        },
      },
      runtime: { exec: unasked },
    },
    {
      ...{ containerId: 'c', podIp: '10.0.0.5', ports: {}, startedAtMs: NOW_MS },
      container: toyContainer({ readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 } }),
    },
    { onChange: () => undefined, onFailure: (kind) => failures.push(kind) },
  );
  for (let passed = 0; passed < 4_500; passed += 1) {
    clock.advance(1);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
  prober.stop();
  t.deepEqual(asked.slice(0, 5), [0, 50, 125, 238, 407], 'soon at first');
  t.deepEqual(asked.slice(5), [1_407, 2_407, 3_407, 4_407], 'then each period');
  t.deepEqual(failures, ['readiness', 'readiness', 'readiness'], 'what is asked early is not told of');
});

test('readiness falls after three failures and rises after one success', async (t) => {
  const probe = { ...exec('ready'), periodSeconds: 1 };
  const { prober, failures, pass } = open({ readinessProbe: probe }, (_, atMs) =>
    atMs >= 3000 && atMs < 8000 ? 1 : 0,
  );
  await pass(4500);
  t.true(prober.state.ready, 'two failures are not enough');
  await pass(1000);
  t.false(prober.state.ready);
  await pass(3000);
  t.true(prober.state.ready);
  t.is(failures.length, 5);
  t.is(failures[0], 'readiness: command exited with code 1');
  prober.stop();
});

test('a container that was never ready is not ready after its first failure', async (t) => {
  const { prober, pass } = open({ readinessProbe: exec('ready') }, () => 1);
  await pass(1000);
  t.false(prober.state.ready);
  prober.stop();
});

test('liveness waits for startup; startup is not asked again', async (t) => {
  const probes = {
    startupProbe: { ...exec('start'), periodSeconds: 1, failureThreshold: 10 },
    livenessProbe: { ...exec('live'), periodSeconds: 1 },
  };
  const { prober, asked, pass } = open(probes, (name, atMs) => (name === 'start' && atMs < 3000 ? 1 : 0));
  await pass(2500);
  t.deepEqual(new Set(asked.map(({ command }) => command)), new Set(['start']));
  t.is(prober.state.started, undefined);
  await pass(3000);
  t.true(prober.state.started);
  t.is(asked.filter(({ command, atMs }) => command === 'start' && atMs > 3500).length, 0);
  t.true(asked.some(({ command }) => command === 'live'));
  prober.stop();
});

test('a failed startup probe asks for a restart, once and for all', async (t) => {
  const { prober, asked, pass, changes } = open(
    { startupProbe: { ...exec('start'), periodSeconds: 1, failureThreshold: 2 } },
    () => 7,
  );
  await pass(10_000);
  t.is(prober.state.failed?.probe, 'startup');
  t.is(asked.length, 2);
  t.is(changes(), 1);
  prober.stop();
});

test('an answer that does not come is a failure after the timeout', async (t) => {
  const probe = { ...exec('live'), periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 1 };
  const { prober, failures, pass } = open({ livenessProbe: probe }, () => 'hangs');
  await pass(1500);
  t.is(prober.state.failed, undefined);
  await pass(1000);
  t.is(prober.state.failed?.probe, 'liveness');
  t.deepEqual(failures, ['liveness: command "live" timed out']);
  prober.stop();
});

test('readiness is asked at once when startup has passed', async (t) => {
  const probes = {
    startupProbe: { ...exec('start'), periodSeconds: 1 },
    readinessProbe: { ...exec('ready'), periodSeconds: 60 },
  };
  const { prober, pass } = open(probes, () => 0);
  await pass(1000);
  t.true(prober.state.ready);
  prober.stop();
});

test('an adopted container is as ready as it was told to be until it is asked', async (t) => {
  const told = { started: true, ready: true };
  const { prober, pass } = open({ readinessProbe: exec('ready') }, () => 1, {
    told,
    startedAtMs: NOW_MS - 60_000,
  });
  t.true(prober.state.ready);
  await pass(45_000);
  t.false(prober.state.ready);
  prober.stop();
});

test('a stopped prober asks no more', async (t) => {
  const { prober, asked, pass } = open({ livenessProbe: { ...exec('live'), periodSeconds: 1 } }, () => 0);
  await pass(2000);
  const before = asked.length;
  prober.stop();
  await pass(5000);
  t.is(asked.length, before);
});
