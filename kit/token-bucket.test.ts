import test from 'ava';
import { TokenBucket } from './token-bucket.ts';
import { VirtualClock } from './virtual-clock.ts';

test('a burst goes at once, then the rate holds', (t) => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket(clock, { perSecond: 2, burst: 2 });
  t.deepEqual([bucket.tryTake(), bucket.tryTake(), bucket.tryTake()], [true, true, false]);
  clock.advance(499);
  t.false(bucket.tryTake());
  clock.advance(1);
  t.true(bucket.tryTake());
});

test('quiet time fills the bucket up to the burst and no further', (t) => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket(clock, { perSecond: 10, burst: 3 });
  clock.advance(3_600_000);
  t.deepEqual(
    [1, 2, 3, 4].map(() => bucket.tryTake()),
    [true, true, true, false],
  );
});

test('reservations queue up behind each other', (t) => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket(clock, { perSecond: 10, burst: 1 });
  t.deepEqual([bucket.reserveMs(), bucket.reserveMs(), bucket.reserveMs()], [0, 100, 200]);
  clock.advance(300);
  t.is(bucket.reserveMs(), 0);
});
