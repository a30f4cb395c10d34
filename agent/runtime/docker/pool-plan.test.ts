import test from 'ava';
import fc from 'fast-check';
import { nextPoolStep, QUIET_BEFORE_FILL_MS, type PoolObserved, type PoolStep } from './pool-plan.ts';

const quiet = { busy: 0, quietForMs: QUIET_BEFORE_FILL_MS };

const table: [string, PoolObserved, PoolStep][] = [
  ['a full pool rests', { size: 8, ready: 8, ...quiet }, { type: 'rest' }],
  ['no pool is wanted and there is none', { size: 0, ready: 0, ...quiet }, { type: 'rest' }],
  ['one is made when it is quiet', { size: 8, ready: 7, ...quiet }, { type: 'make' }],
  [
    'nothing is made while pods start',
    { size: 8, ready: 0, busy: 1, quietForMs: 0 },
    { type: 'wait', forMs: 1000 },
  ],
  [
    'nothing is made right after',
    { size: 8, ready: 0, busy: 0, quietForMs: 300 },
    { type: 'wait', forMs: 700 },
  ],
  [
    'what is too many goes, also in a burst',
    { size: 2, ready: 5, busy: 3, quietForMs: 0 },
    { type: 'drop', count: 3 },
  ],
];

for (const [title, observed, step] of table) {
  test(title, (t) => {
    t.deepEqual(nextPoolStep(observed), step);
  });
}

test('steps lead to the size, and then to rest', (t) => {
  const property = fc.property(fc.nat({ max: 20 }), fc.nat({ max: 20 }), (size, first) => {
    let ready = first;
    for (let steps = 0; steps <= 21; steps += 1) {
      const step = nextPoolStep({ size, ready, ...quiet });
      if (step.type === 'rest') return ready === size;
      ready += step.type === 'make' ? 1 : 0;
      ready -= step.type === 'drop' ? step.count : 0;
    }
    return false;
  });
  t.notThrows(() => {
    fc.assert(property);
  });
});
