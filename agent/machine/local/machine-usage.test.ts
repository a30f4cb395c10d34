import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createMachineUsage, parseCpuTicks, parseUsedMemory } from './machine-usage.ts';

test('use of the machine is that since the last reading', (t) => {
  const clock = new VirtualClock(1000);
  const files: Record<string, string> = {
    '/proc/stat': 'cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 1\ncpu1 1 1\nintr 5\n',
    '/proc/meminfo': 'MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    400 kB\n',
  };
  const read = createMachineUsage({ clock, read: (path) => files[path] ?? '' });
  t.deepEqual(read(), { cpuMilli: 400, memoryBytes: 600 * 1024, atMs: 1000 });
  files['/proc/stat'] = 'cpu  190 0 100 710 100 0 0 0 50 0\ncpu0 1 1\ncpu1 1 1\n';
  clock.advance(100);
  t.is(read()?.atMs, 1000);
  clock.advance(1000);
  t.is(read()?.cpuMilli, 1800);
});

test('a machine without these files has no figures', (t) => {
  const read = createMachineUsage({
    clock: new VirtualClock(),
    read: () => {
      throw new Error('ENOENT');
    },
  });
  t.is(read(), undefined);
  t.is(parseUsedMemory(''), 0);
  t.is(parseCpuTicks('').cores, 0);
});
