// The machine that the test runs on, in a folder of the test.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { silentLogger } from '@gantry/kit/logger';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { testMachineContract } from '../machine-contract.ts';
import { createLocalMachine } from './local-machine.ts';

testMachineContract(test, async (t) => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'gantry-machine-'));
  t.teardown(() => rm(stateFolder, { recursive: true, force: true }));
  return {
    async next() {
      const machine = createLocalMachine({ clock: new VirtualClock(), logger: silentLogger, stateFolder });
      await machine.prepare();
      return machine;
    },
    write: (path, text) => writeFile(path, text),
    read: (path) => readFile(path, 'utf8').catch(() => undefined),
  };
});

test('a given address is the one of the machine; else it is found', async (t) => {
  const shared = { clock: new VirtualClock(), logger: silentLogger, stateFolder: '/nowhere' };
  t.is((await createLocalMachine({ ...shared, address: '192.0.2.7' }).facts()).address, '192.0.2.7');
  const { address, system } = await createLocalMachine(shared).facts();
  t.regex(address, /^\d+\.\d+\.\d+\.\d+$/);
  t.true(system.cpuMilli >= 1000 && system.memoryBytes > 0);
});
