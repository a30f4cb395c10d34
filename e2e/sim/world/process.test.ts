import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { SimProcess, type Drift } from './process.ts';
import { Transcript } from './transcript.ts';

const RIGHT: Drift = { offsetMs: 0, perMille: 0 };

function processWith(drift: Drift = RIGHT): { clock: VirtualClock; process: SimProcess } {
  const clock = new VirtualClock(1_000);
  return {
    clock,
    process: new SimProcess({ clock, seed: 1, transcript: new Transcript(clock) }, 'p', 1, drift),
  };
}

test('a dead process does nothing, and what waited for it is told once', (t) => {
  const { clock, process } = processWith();
  const done: string[] = [];
  process.clock.schedule(10, () => done.push('timer'));
  process.onDeath(() => done.push('died'));
  process.kill();
  process.kill();
  process.run(() => done.push('message'));
  process.clock.schedule(10, () => done.push('late timer'));
  clock.advance(100);
  t.deepEqual(done, ['died']);
  t.is(process.pendingTimers, 0);
});

test('a paused process does everything later, in order, and its clock has gone on', (t) => {
  const { clock, process } = processWith();
  const done: (string | number)[] = [];
  process.clock.schedule(10, () => done.push('timer', process.clock.nowMs()));
  process.pause();
  clock.advance(5);
  process.run(() => done.push('message'));
  clock.advance(45);
  t.deepEqual(done, []);
  process.resume();
  t.deepEqual(done, ['message', 'timer', 1_050]);
});

test('a timer that was cancelled during a pause does not come', (t) => {
  const { clock, process } = processWith();
  const done: string[] = [];
  const cancel = process.clock.schedule(10, () => done.push('timer'));
  process.pause();
  clock.advance(50);
  process.run(cancel);
  process.clock.schedule(0, () => undefined);
  cancel();
  process.resume();
  t.deepEqual(done, []);
});

test('a clock that runs too fast shows more time and waits less', (t) => {
  const { clock, process } = processWith({ offsetMs: 500, perMille: 1_000 });
  t.is(process.clock.nowMs(), 1_500);
  let rangAtMs = 0;
  process.clock.schedule(100, () => (rangAtMs = clock.nowMs()));
  clock.advance(100);
  t.is(process.clock.nowMs(), 1_700);
  t.is(rangAtMs, 1_050);
});

test('chance depends on seed, name and incarnation alone', (t) => {
  t.is(processWith().process.random.next(), processWith().process.random.next());
});
