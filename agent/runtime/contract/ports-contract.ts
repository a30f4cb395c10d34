// Connections to ports of pods, as port-forward makes them.
import { text } from 'node:stream/consumers';
import type { TestFn } from 'ava';
import { codeOf } from '@gantry/kit/operational-error';
import { failureCode, openBench } from './contract-bench.ts';
import type { RuntimeSubject } from './contract-bench.ts';

/** Registers the tests. */
export function testPorts(test: TestFn, subject: RuntimeSubject): void {
  test.serial('a port of a pod is connected with from inside the pod', async (t) => {
    const bench = openBench(t, subject);
    const sandbox = await bench.sandbox();
    await bench.start(sandbox, bench.programs.serves(8080, 'hello\n'));
    const connect = (port: number) =>
      bench.runtime.connectPort(sandbox.id, port, AbortSignal.timeout(60_000));
    let said = '';
    await bench.eventually('the program to listen', async () => {
      const connection = await connect(8080).catch((error: unknown) => {
        if (codeOf(error) !== 'connection-refused') throw error;
      });
      if (connection === undefined) return false;
      connection.end();
      said = await text(connection);
      return true;
    });
    t.is(said, 'hello\n');
    t.is(await failureCode(t, connect(8081)), 'connection-refused');
  });

  test.serial('a sandbox that has gone has no ports', async (t) => {
    const bench = openBench(t, subject);
    const { id } = await bench.plainSandbox();
    await bench.runtime.removeSandbox(id);
    const connecting = bench.runtime.connectPort(id, 80, AbortSignal.timeout(60_000));
    t.is(await failureCode(t, connecting), 'not-found');
  });
}
