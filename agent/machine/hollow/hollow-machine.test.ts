import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { testMachineContract } from '../machine-contract.ts';
import type { Machine } from '../machine.ts';
import { createHollowDisk } from './hollow-disk.ts';
import { createHollowMachine } from './hollow-machine.ts';

const system = {
  ...{ name: 'hollow', version: '1', kernelVersion: 'hollow', osImage: 'hollow', architecture: 'amd64' },
  ...{ cpuMilli: 4000, memoryBytes: 1024 ** 3 },
};

function open() {
  const clock = new VirtualClock();
  const disk = createHollowDisk();
  const machine: Machine = createHollowMachine({
    ...{ clock, disk },
    network: {
      askHttp: (url) => Promise.resolve({ result: 'success', message: url }),
      askTcp: () => Promise.resolve({ result: 'failure', message: 'closed' }),
    },
    facts: () => ({
      ...{ machineId: 'm', systemUuid: 's', bootId: 'b', address: '10.0.0.1', isRoot: true, system },
    }),
    load: () => ({}),
    usage: () => ({ cpuMilli: 0, memoryBytes: 0, atMs: clock.nowMs() }),
  });
  return { clock, disk, machine };
}

testMachineContract(test, () => {
  const { disk, machine } = open();
  return Promise.resolve({
    next: () => Promise.resolve(machine),
    write: (path, text) => Promise.resolve(disk.write(path, text)),
    read: (path) => Promise.resolve(disk.read(path)),
  });
});

test('writes are gathered on the given clock', async (t) => {
  const { clock, machine } = open();
  machine.checkpoint('pods').put('a', 1);
  clock.advance(1000);
  t.deepEqual([...(await machine.checkpoint('pods').load())], [['a', 1]]);
});

test('an agent that is no more writes nothing, however late', async (t) => {
  const { clock, machine } = open();
  const before = machine.checkpoint('pods');
  const now = machine.checkpoint('pods');
  now.put('a', 'new');
  await now.flush();
  before.put('a', 'old');
  clock.advance(1000);
  await before.flush();
  t.deepEqual([...(await now.load())], [['a', 'new']]);
});

test('who answers on the network is asked', async (t) => {
  const { machine } = open();
  const { signal } = new AbortController();
  t.is((await machine.askHttp('http://10.1.0.2/x', [], signal)).message, 'http://10.1.0.2/x');
  t.is((await machine.askTcp('10.1.0.2', 1, signal)).result, 'failure');
});
