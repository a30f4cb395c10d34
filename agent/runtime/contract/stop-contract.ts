// Stopping: with grace, without, again, and what is not there.
import type { TestFn } from 'ava';
import { failureCode, openBench } from './contract-bench.ts';
import type { RuntimeSubject } from './contract-bench.ts';

const NOBODY = '0'.repeat(64);

/** Registers the tests. */
export function testStop(test: TestFn, subject: RuntimeSubject): void {
  test.serial(
    'a program that listens ends by itself, one that does not is killed after the grace',
    async (t) => {
      const bench = openBench(t, subject);
      const { runtime, programs } = bench;
      const sandbox = await bench.plainSandbox();
      const polite = await bench.start(sandbox, programs.endsOnTerm(0), { name: 'polite' });
      const deaf = await bench.start(sandbox, programs.deaf, { name: 'deaf' });
      const both = [polite.id, deaf.id];
      await bench.eventually('both to listen', async () =>
        (await Promise.all(both.map((id) => bench.logs(id)))).every(({ out }) => out === 'ready\n'),
      );
      const beganMs = bench.nowMs();
      await Promise.all([runtime.stopContainer(polite.id, 60), runtime.stopContainer(deaf.id, 1)]);
      const tookMs = bench.nowMs() - beganMs;
      t.like(await bench.untilExited(polite.id), { exitCode: 0 });
      t.like(await bench.untilExited(deaf.id), { exitCode: 137, signal: 9 });
      t.true(tookMs >= 1000);
    },
  );

  test.serial('no grace kills at once, and stopping and removing may be repeated', async (t) => {
    const bench = openBench(t, subject);
    const { runtime } = bench;
    const sandbox = await bench.plainSandbox();
    const { id } = await bench.start(sandbox, bench.programs.deaf);
    await runtime.stopContainer(id, 0);
    t.like(
      (await runtime.listContainers()).find((state) => state.id === id),
      { status: 'exited', exitCode: 137 },
    );
    await runtime.stopContainer(id, 0);
    await runtime.stopContainer(id, 5);
    await runtime.removeContainer(id);
    await runtime.removeContainer(id);
    await runtime.removeSandbox(sandbox.id);
    await runtime.removeSandbox(sandbox.id);
    await runtime.stopContainer(NOBODY, 0);
    await runtime.stopContainer(NOBODY, 1);
    await runtime.removeContainer(NOBODY);
    t.deepEqual(await runtime.listContainers(), []);
  });

  test.serial('a shorter grace overtakes a longer one', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.start(await bench.plainSandbox(), bench.programs.deaf);
    const slow = bench.runtime.stopContainer(id, 600);
    await bench.runtime.stopContainer(id, 0);
    await slow;
    t.like(await bench.untilExited(id), { exitCode: 137 });
  });

  test.serial('what is not there is not found', async (t) => {
    const bench = openBench(t, subject);
    const { runtime, programs } = bench;
    t.is(await failureCode(t, bench.logs(NOBODY)), 'not-found');
    t.is(await failureCode(t, bench.exec(NOBODY, programs.runs)), 'not-found');
    t.is(await failureCode(t, runtime.readFile(NOBODY, '/etc/passwd', 10)), 'not-found');
    const { id } = await bench.start(await bench.plainSandbox(), programs.says([]));
    await bench.untilExited(id);
    t.is(await failureCode(t, bench.exec(id, programs.runs)), 'not-running');
  });
}
