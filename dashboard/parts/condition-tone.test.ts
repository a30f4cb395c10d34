// Conditions that are bad when they hold, and those that are bad when they do not.
import test from 'ava';
import type { Tone } from './badge.tsx';
import { conditionTone } from './condition-tone.ts';

const rows: [type: string, status: string, tone: Tone][] = [
  ['Ready', 'True', 'good'],
  ['Ready', 'False', 'bad'],
  ['Ready', 'Unknown', 'warn'],
  ['MemoryPressure', 'False', 'good'],
  ['ClockDrift', 'True', 'bad'],
  ['ReplicaFailure', 'True', 'bad'],
  ['Failed', 'True', 'bad'],
  ['Complete', 'True', 'good'],
  ['Suspended', 'True', 'warn'],
  ['Suspended', 'False', 'quiet'],
];

for (const [type, status, tone] of rows)
  test(`${type} ${status} is ${tone}`, (t) => {
    t.is(conditionTone({ type, status }), tone);
  });
