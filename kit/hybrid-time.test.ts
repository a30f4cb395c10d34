// Happens-before is order: nodes with arbitrarily wrong clocks exchange messages at random, and whatever may have led to
// something else comes before it.
import test from 'ava';
import { HybridClock } from './hybrid-clock.ts';
import {
  AHEAD_MAX_MS,
  compareHybrid,
  COUNTER_MAX,
  formatHybrid,
  parseHybrid,
  receive,
  tick,
  type HybridTime,
} from './hybrid-time.ts';
import { seededRandom } from './random.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;
const at = (wallMs: number, counter = 0, node = 'a'): HybridTime => ({ wallMs, counter, node });

test('a moment is later than the one before, whatever the wall clock does', (t) => {
  t.deepEqual(tick(at(100), 101), at(101));
  t.deepEqual(tick(at(100, 3), 100), at(100, 4));
  t.deepEqual(tick(at(100, 3), 7), at(100, 4));
  t.deepEqual(tick(at(100, 3), 100.9), at(100, 4));
  t.deepEqual(tick(at(100, COUNTER_MAX), 100), at(101));
});

test('what was heard counts, unless it is too far ahead: then it is told and leaves the clock alone', (t) => {
  t.deepEqual(receive(at(100), at(150, 7, 'b'), 120), { time: at(150, 8), aheadMs: 0 });
  t.deepEqual(receive(at(100), at(90, 7, 'b'), 120), { time: at(120), aheadMs: 0 });
  t.deepEqual(receive(at(100), at(100, 7, 'b'), 90), { time: at(100, 8), aheadMs: 0 });
  const far = at(120 + AHEAD_MAX_MS + 1, 0, 'b');
  t.deepEqual(receive(at(100), far, 120), { time: at(120), aheadMs: AHEAD_MAX_MS + 1 });
});

test('text is ordered as moments are, and read back', (t) => {
  const times = [at(0), at(9), at(9, 1), at(9, 16), at(255, 2, 'b'), at(START_MS), at(START_MS, COUNTER_MAX, 'z')];
  const texts = times.map(formatHybrid);
  t.deepEqual([...texts].sort(), texts);
  t.deepEqual(texts.map(parseHybrid), times);
  for (const text of ['', 'x', '019adf2c3b4a-0003', '019adf2c3b4a-0003@', '19adf2c3b4a-0003@a', '019adf2c3b4a-0003@a b'])
    t.is(parseHybrid(text), undefined, text);
});

/** Sends messages at random between clocks that are up to `skewMs` wrong. Each event knows what may have led to it. */
function exchange(seed: number, skewMs: number, aheadMaxMs: number) {
  const random = seededRandom(seed);
  const pick = (below: number): number => Math.floor(random.next() * below);
  const nodes = Array.from({ length: 4 }, (_, id) => ({
    wrongMs: Math.round((random.next() * 2 - 1) * skewMs),
    last: at(0, 0, `n${id}`),
    event: -1,
  }));
  const events: { time: HybridTime; causes: number[] }[] = [];
  const onTheWay: number[] = [];
  let marked = 0;
  for (let step = 0, trueMs = START_MS; step < 300; step += 1, trueMs += pick(4)) {
    const node = nodes[pick(nodes.length)] ?? nodes[0];
    if (node === undefined) break;
    // Wall clocks are set back and forth, too.
    if (random.next() < 0.02) node.wrongMs = Math.round((random.next() * 2 - 1) * skewMs);
    const nowMs = trueMs + node.wrongMs;
    const causes = node.event < 0 ? [] : [node.event];
    const sent = random.next() < 0.5 ? onTheWay.splice(pick(onTheWay.length), 1)[0] : undefined;
    if (sent === undefined) node.last = tick(node.last, nowMs);
    else {
      const heard = receive(node.last, events[sent]?.time ?? at(0), nowMs, aheadMaxMs);
      node.last = heard.time;
      if (heard.aheadMs > 0) marked += 1;
      else causes.push(sent);
    }
    node.event = events.push({ time: node.last, causes }) - 1;
    if (random.next() < 0.6) onTheWay.push(node.event);
  }
  return { events, marked };
}

test('happens-before is order, for random exchanges of clocks that are days wrong', (t) => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const { events, marked } = exchange(seed, 48 * HOUR_MS, Infinity);
    t.is(marked, 0);
    for (const { time, causes } of events) {
      for (const cause of causes) t.true(compareHybrid(events[cause]?.time ?? time, time) < 0, `seed ${seed}`);
    }
  }
});

test('with a bound, what breaks the order is what was marked', (t) => {
  let marks = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const { events, marked } = exchange(seed, 2 * HOUR_MS, AHEAD_MAX_MS);
    marks += marked;
    for (const { time, causes } of events) {
      for (const cause of causes) t.true(compareHybrid(events[cause]?.time ?? time, time) < 0, `seed ${seed}`);
    }
  }
  t.true(marks > 0);
});

test('a clock that follows another is put right, by how much is told, and it stays within the exchange', (t) => {
  for (const wrongMs of [-2 * HOUR_MS, 2 * HOUR_MS]) {
    let trueMs = START_MS;
    const leader = new HybridClock({ nowMs: () => trueMs }, 'control-plane');
    const node = new HybridClock({ nowMs: () => trueMs + wrongMs }, 'n1');
    const before = node.now();
    const heard = leader.now();
    const stepMs = node.follow({ sentMs: trueMs + wrongMs - 5, receivedMs: trueMs + wrongMs + 5, heard });
    t.is(stepMs, -wrongMs);
    t.is(node.skewMs, wrongMs);
    t.is(before.wallMs + stepMs, trueMs);
    t.true(compareHybrid(heard, node.now()) < 0);
    trueMs += 10;
    t.is(node.now().wallMs, trueMs);
    t.is(leader.receive(node.now()), 0);
    // A slow exchange, or jitter, is no reason to set the clock.
    t.is(node.follow({ sentMs: trueMs + wrongMs - 4_000, receivedMs: trueMs + wrongMs, heard: leader.now() }), 0);
  }
});
