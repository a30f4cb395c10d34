import test from 'ava';
import fc from 'fast-check';
import type { Clock } from './clock.ts';
import { VirtualClock } from './virtual-clock.ts';

/** The clock as one would write it without a thought for speed: the model. */
class NaiveClock implements Clock {
  #nowMs = 0;
  #timers: { dueMs: number; task: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  get pending(): number {
    return this.#timers.length;
  }

  schedule(delayMs: number, task: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  nextDueMs(): number | undefined {
    return this.#next()?.dueMs;
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#next(); next !== undefined && next.dueMs <= untilMs; next = this.#next()) {
      const due = next;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#nowMs = due.dueMs;
      due.task();
    }
    this.#nowMs = untilMs;
  }

  /** Sorting is stable, so creation decides among equals. */
  #next(): { dueMs: number; task: () => void } | undefined {
    return this.#timers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
  }
}

type Step =
  | { type: 'schedule'; delayMs: number; thenMs: number | undefined }
  | { type: 'cancel'; index: number }
  | { type: 'advance'; byMs: number };

/** What happens on a clock: which timer ran when, how many are left, when the next is due. */
function play(clock: VirtualClock | NaiveClock, steps: readonly Step[]): unknown[] {
  const told: unknown[] = [];
  const cancels: (() => void)[] = [];
  const schedule = (delayMs: number, thenMs: number | undefined): void => {
    const id = cancels.length;
    const cancel = clock.schedule(delayMs, () => {
      told.push(['ran', id, clock.nowMs()]);
      // A timer may cancel another and set one, as work queues do.
      if (thenMs !== undefined) {
        cancels[thenMs]?.();
        schedule(thenMs, undefined);
      }
    });
    cancels.push(cancel);
  };
  for (const step of steps) {
    if (step.type === 'schedule') schedule(step.delayMs, step.thenMs);
    if (step.type === 'cancel') cancels[step.index % Math.max(1, cancels.length)]?.();
    if (step.type === 'advance') clock.advance(step.byMs);
    told.push([clock.nowMs(), clock.pending, clock.nextDueMs()]);
  }
  return told;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('schedule' as const),
      delayMs: fc.integer({ min: -2, max: 12 }),
      thenMs: fc.option(fc.nat(6), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), index: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('advance' as const), byMs: fc.nat(5) }) },
);

test('timers run as those of the simplest clock do: by due time, then by creation', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      t.deepEqual(play(new VirtualClock(), steps), play(new NaiveClock(), steps));
    }),
  );
});

test('a timer renewed a million times leaves no trail, and costs next to nothing beside 10,000 others', (t) => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  for (let index = 0; index < 10_000; index++) clock.schedule(5_000_000 + index, () => undefined);
  let cancel = (): void => undefined;
  for (let index = 0; index < 1_000_000; index++) {
    cancel();
    cancel = clock.schedule(9_000, () => ran.push('renewed'));
    if (index % 1_000 === 0) clock.advance(1);
  }
  t.is(clock.pending, 10_001);
  t.is(clock.nextDueMs(), clock.nowMs() + 9_000);
  clock.advance(9_000);
  t.deepEqual(ran, ['renewed']);
  t.is(clock.pending, 10_000);
});

test('cancelling a timer that ran, or twice, changes nothing', (t) => {
  const clock = new VirtualClock();
  const cancel = clock.schedule(1, () => undefined);
  clock.schedule(2, () => undefined);
  clock.advance(1);
  cancel();
  cancel();
  t.is(clock.pending, 1);
});

test('a step runs one timer, at its own time', (t) => {
  const clock = new VirtualClock(1_000);
  const ran: number[] = [];
  clock.schedule(0.1, () => ran.push(clock.nowMs()));
  clock.schedule(0.3, () => ran.push(clock.nowMs()));
  t.true(clock.step());
  t.deepEqual(ran, [1_000.1]);
  t.true(clock.step());
  t.false(clock.step());
  t.deepEqual(ran, [1_000.1, 1_000.3]);
});
