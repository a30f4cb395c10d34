// What comes next for the traffic, row by row.
import test from 'ava';
import {
  isLedTo,
  isRouted,
  nextLaneChange,
  type Lane,
  type LaneChange,
  type LaneGoal,
  type LaneService,
} from './lane.ts';

const at = (hash: string, isInStep = true): LaneService => ({ hash, isInStep, isServing: true });
const LANE: Lane = { main: at('v2'), side: at('v2'), weight: 100, routes: [], isConfirmed: true };
const GOAL: LaneGoal = {
  stable: 'v2',
  latest: 'v2',
  weight: 0,
  hasCapacity: true,
  weightMin: 0,
  isStableReady: true,
};

const ROWS: readonly [string, Partial<Lane>, Partial<LaneGoal>, LaneChange][] = [
  ['the main Service takes all when the proxies know its pods', {}, {}, { type: 'set-weight', weight: 0 }],
  ['and not before', { main: at('v2', false) }, {}, { type: 'none', waitsFor: 'endpoints' }],
  [
    'nor when the next version is there already',
    { main: at('v2', false) },
    { latest: 'v3' },
    { type: 'none', waitsFor: 'endpoints' },
  ],
  ['then the side turns', { weight: 0 }, { latest: 'v3' }, { type: 'lead-side', hash: 'v3' }],
  [
    'after the confirmation',
    { weight: 0, isConfirmed: false },
    { latest: 'v3' },
    { type: 'none', waitsFor: 'confirmation' },
  ],
];

for (const [what, lane, goal, change] of ROWS)
  test(`both lead to one version: ${what}`, (t) => {
    t.deepEqual(nextLaneChange({ ...LANE, ...lane }, { ...GOAL, ...goal }), change);
  });

const FIRST: readonly [string, Partial<Lane>, Partial<LaneGoal>, LaneChange][] = [
  ['waits for the pods of the next one', {}, {}, { type: 'none', waitsFor: 'capacity' }],
  ['also before there is a split', { weight: undefined }, {}, { type: 'none', waitsFor: 'capacity' }],
  [
    'nor is what else answers, such as the pods of a Deployment',
    { main: at(''), side: at(''), weight: undefined },
    {},
    { type: 'none', waitsFor: 'capacity' },
  ],
  ['is left once those are there', {}, { isStableReady: true }, { type: 'lead-main', hash: 'v2' }],
  [
    'is left at once where it does not answer',
    { main: { ...at('v1'), isServing: false } },
    {},
    { type: 'lead-main', hash: 'v2' },
  ],
  [
    'nor for one that was there before it, though the side still leads to that',
    { side: { ...at('v2'), isServing: false }, isConfirmed: false },
    {},
    { type: 'none', waitsFor: 'capacity' },
  ],
];

for (const [what, lane, goal, change] of FIRST)
  test(`a first version that was never stable: ${what}`, (t) => {
    const start = { ...LANE, main: at('v1'), side: at('v1'), weight: 0 };
    t.deepEqual(nextLaneChange({ ...start, ...lane }, { ...GOAL, isStableReady: false, ...goal }), change);
  });

test('any version may be led to until all proxies know the pods of the main Service', (t) => {
  const lane: Lane = { ...LANE, main: at('v2'), side: at('v2'), weight: 0 };
  t.false(isRouted(lane, 'v1'));
  t.true(isRouted({ ...lane, main: at('v2', false) }, 'v1'));
  t.true(isRouted({ ...lane, main: at('', false) }, 'v1'), 'by its own selector');
});

test('one Service alone may lead anywhere until all proxies know its pods', (t) => {
  t.true(isLedTo(at('v1'), 'v1'));
  t.false(isLedTo(at('v1'), 'v2'));
  t.true(isLedTo(at('v1', false), 'v2'));
});
