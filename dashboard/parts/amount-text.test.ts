// Amounts as people read them.
import test from 'ava';
import { cpuText, memoryText } from './amount-text.ts';

test('memory', (t) => {
  t.is(memoryText(0), '0 B');
  t.is(memoryText(64 * 1024 ** 2), '64 MiB');
  t.is(memoryText(1.5 * 1024 ** 3), '1.5 GiB');
  t.is(memoryText(123.4 * 1024 ** 2), '123 MiB');
  t.is(memoryText(3000 * 1024 ** 5), '3000 PiB');
});

test('CPU', (t) => {
  t.is(cpuText(0), '0m');
  t.is(cpuText(250.4), '250m');
  t.is(cpuText(1500), '1.5');
  t.is(cpuText(64_000), '64');
});
