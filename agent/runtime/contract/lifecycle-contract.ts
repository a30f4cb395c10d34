// Sandboxes and containers from made to removed, also across a restart of the agent.
import type { TestFn } from 'ava';
import type { RuntimeEvent } from '../runtime.ts';
import { newPod, sandboxSpec } from '../test-specs.ts';
import { failureCode, openBench } from './contract-bench.ts';
import type { RuntimeSubject } from './contract-bench.ts';

/** Registers the tests. */
export function testLifecycle(test: TestFn, subject: RuntimeSubject): void {
  test.serial('the engine says what machine it is', async (t) => {
    const { runtime } = openBench(t, subject);
    const info = await runtime.info();
    t.true(info.cpuMilli >= 1000 && info.memoryBytes > 1 << 28);
    t.truthy(info.name && info.version && info.kernelVersion && info.osImage);
    t.true(['amd64', 'arm64'].includes(info.architecture));
  });

  test.serial('a pod runs from sandbox to removal, and events tell of it in order', async (t) => {
    const bench = openBench(t, subject);
    const { runtime, programs, eventually } = bench;
    const events: RuntimeEvent[] = [];
    const stop = new AbortController();
    let resyncs = 0;
    const watching = runtime.watchEvents(
      (event) => events.push(event),
      () => (resyncs += 1),
      stop.signal,
    );
    await eventually('the first resync', () => resyncs === 1);

    const sandbox = await bench.sandbox();
    t.true(sandbox.running);
    t.regex(sandbox.ip, /^\d+\.\d+\.\d+\.\d+$/);
    t.deepEqual(await runtime.listSandboxes(), [sandbox]);
    t.deepEqual(await runtime.listSandboxes(sandbox.pod.uid), [sandbox]);
    t.deepEqual(await runtime.listSandboxes(newPod().uid), []);

    const started = await bench.start(sandbox, programs.endsOnTerm(7), {
      kind: 'init',
      labels: { 'example.com/a': 'b' },
    });
    t.like(started, {
      pod: sandbox.pod,
      name: 'main',
      kind: 'init',
      attempt: 0,
      specHash: 'first',
      sandboxId: sandbox.id,
      imageId: bench.imageId,
      imageName: 'test-image',
      status: 'running',
      oomKilled: false,
    });
    t.is(started.labels['example.com/a'], 'b');
    t.true((started.startedAtMs ?? 0) >= started.createdAtMs);
    t.deepEqual(await runtime.listContainers(), [started]);
    t.deepEqual(await runtime.listContainers(sandbox.pod.uid), [started]);
    t.deepEqual(await runtime.listContainers(newPod().uid), []);

    await eventually('it to listen', async () => (await bench.logs(started.id)).out === 'ready\n');
    await runtime.stopContainer(started.id, 20);
    const exited = await bench.untilExited(started.id);
    t.like(exited, { exitCode: 7, oomKilled: false });
    t.true((exited.finishedAtMs ?? 0) >= (exited.startedAtMs ?? Infinity));
    await runtime.removeContainer(started.id);
    await runtime.removeSandbox(sandbox.id);
    t.deepEqual(await runtime.listContainers(), []);
    t.deepEqual(await runtime.listSandboxes(), []);

    const seen = (id: string) =>
      events.filter(({ containerId }) => containerId === id).map(({ type }) => type);
    await eventually('the last event', () => seen(sandbox.id).includes('destroy'));
    t.deepEqual(seen(started.id), ['start', 'die', 'destroy']);
    t.deepEqual(seen(sandbox.id), ['start', 'die', 'destroy']);
    t.true(events.every(({ podUid }) => podUid === sandbox.pod.uid));
    stop.abort();
    await watching;
  });

  test.serial('how a program ended is known', async (t) => {
    const bench = openBench(t, subject);
    const sandbox = await bench.plainSandbox();
    const { says, killsItself } = bench.programs;
    const well = await bench.start(sandbox, says([]), { name: 'well' });
    const badly = await bench.start(sandbox, says([], 3), { name: 'badly' });
    const killed = await bench.start(sandbox, killsItself, { name: 'killed' });
    t.like(await bench.untilExited(well.id), { exitCode: 0, oomKilled: false });
    t.is((await bench.untilExited(well.id)).signal, undefined);
    t.like(await bench.untilExited(badly.id), { exitCode: 3 });
    t.like(await bench.untilExited(killed.id), { exitCode: 137, signal: 9, oomKilled: false });
  });

  test.serial('a program that takes more memory than its limit is killed for that reason', async (t) => {
    const bench = openBench(t, subject);
    const greedy = await bench.start(await bench.plainSandbox(), bench.programs.takesAllMemory, {
      memoryBytesLimit: 16 << 20,
    });
    t.like(await bench.untilExited(greedy.id), { exitCode: 137, signal: 9, oomKilled: true });
  });

  test.serial('making a thing twice gives the thing that is there', async (t) => {
    const bench = openBench(t, subject);
    const { runtime } = bench;
    const { runs } = bench.programs;
    const spec = sandboxSpec(newPod());
    const [first, second] = [await runtime.createSandbox(spec), await runtime.createSandbox(spec)];
    t.deepEqual(second, first);
    const container = await bench.start(first, runs);
    t.is((await bench.start(first, runs)).id, container.id);
    const other = await bench.start(first, runs, { specHash: 'second' });
    t.not(other.id, container.id);
    t.deepEqual(
      (await runtime.listContainers()).map(({ id }) => id),
      [other.id],
    );
  });

  test.serial('a restarted agent finds what runs, and starts nothing again', async (t) => {
    const bench = openBench(t, subject);
    const { runs, says } = bench.programs;
    const sandbox = await bench.sandbox();
    const running = await bench.start(sandbox, runs, { name: 'runs', attempt: 4 });
    const ended = await bench.start(sandbox, says([], 5), { name: 'ended' });
    const exited = await bench.untilExited(ended.id);
    const restarted = bench.reopen();
    t.deepEqual(await restarted.listSandboxes(), [sandbox]);
    const byName = (await restarted.listContainers()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    t.deepEqual(byName, [exited, running]);
    const spec = bench.spec(sandbox, runs, { name: 'runs', attempt: 4 });
    t.deepEqual(await restarted.startContainer(spec), running);
  });

  test.serial('what cannot start says why, and leaves nothing', async (t) => {
    const bench = openBench(t, subject);
    const { runtime } = bench;
    const sandbox = await bench.plainSandbox();
    const missing = runtime.startContainer(bench.spec(sandbox, ['no-such-program']));
    const error = await t.throwsAsync(missing, { code: 'container-start-failed' });
    t.regex(error.message, /no-such-program/);
    const { runs } = bench.programs;
    const mount = { source: '/no/such/folder', target: '/data', readOnly: true };
    const noSource = runtime.startContainer(bench.spec(sandbox, runs, { mounts: [mount] }));
    t.is(await failureCode(t, noSource), 'container-start-failed');
    const noImage = runtime.startContainer(
      bench.spec(sandbox, runs, { imageId: `sha256:${'0'.repeat(64)}` }),
    );
    t.is(await failureCode(t, noImage), 'image-not-found');
    t.deepEqual(await runtime.listContainers(), []);
  });

  test.serial('two nodes on one engine do not see each other', async (t) => {
    const [one, two] = [openBench(t, subject), openBench(t, subject)];
    const pod = newPod();
    const sandbox = await one.sandbox({ pod, hostNetwork: true });
    await one.start(sandbox, one.programs.runs);
    t.deepEqual(await two.runtime.listSandboxes(), []);
    t.deepEqual(await two.runtime.listContainers(), []);
    t.deepEqual(await two.runtime.listContainers(pod.uid), []);
    t.is((await one.runtime.listContainers()).length, 1);
  });
}
