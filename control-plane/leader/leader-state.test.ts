import test from 'ava';
import fc from 'fast-check';
import { LEADER_POLICY, initialLeaderState, moveLeader, nextLeaderStep } from './leader-state.ts';
import type { LeaderEvent, LeaderState, LeaderStep } from './leader-state.ts';

const fence = { key: '/gantry/leader', modRevision: 7 };
const leader: LeaderState = { phase: 'leader', fence, untilMs: 6_000, renewAtMs: 2_000 };
const candidate: LeaderState = { phase: 'candidate', lookAtMs: 100 };
const deposed: LeaderState = { phase: 'deposed', reason: 'replaced' };

const steps: [string, LeaderState, number, LeaderStep][] = [
  ['a new replica campaigns at once', initialLeaderState(5), 5, { type: 'campaign' }],
  ['a candidate waits for its next look', candidate, 99, { type: 'wait', untilMs: 100 }],
  ['a candidate whose time has come campaigns', candidate, 100, { type: 'campaign' }],
  ['a leader rests until its renewal', leader, 1_999, { type: 'wait', untilMs: 2_000 }],
  ['a leader renews, and knows how long it may try', leader, 2_000, { type: 'renew', deadlineMs: 6_000 }],
  ['a leader renews up to the last moment', leader, 5_999, { type: 'renew', deadlineMs: 6_000 }],
  ['a leader not renewed steps down', leader, 6_000, { type: 'step-down', reason: 'not-renewed' }],
  [
    'a leader frozen for long steps down first of all',
    leader,
    99_000,
    { type: 'step-down', reason: 'not-renewed' },
  ],
  ['a deposed leader ends its work, whenever', deposed, 0, { type: 'end-work' }],
];
for (const [title, state, nowMs, expected] of steps)
  test(title, (t) => {
    t.deepEqual(nextLeaderStep(state, nowMs), expected);
  });

const moves: [string, LeaderState, LeaderEvent, LeaderState][] = [
  [
    'a term counts from when the request was sent',
    candidate,
    { type: 'acquired', fence, sentAtMs: 50 },
    { phase: 'leader', fence, untilMs: 6_050, renewAtMs: 3_050 },
  ],
  [
    'a candidate that lost looks later',
    candidate,
    { type: 'not-acquired' },
    { phase: 'candidate', lookAtMs: 1_100 },
  ],
  [
    'a renewal counts from when it was sent',
    leader,
    { type: 'renewed', sentAtMs: 90 },
    { phase: 'leader', fence, untilMs: 6_090, renewAtMs: 3_090 },
  ],
  [
    'a failed renewal is tried again, the end stays',
    leader,
    { type: 'renewal-failed' },
    { ...leader, renewAtMs: 600 },
  ],
  [
    'a lost term is over',
    leader,
    { type: 'lost', reason: 'lease-expired' },
    { phase: 'deposed', reason: 'lease-expired' },
  ],
  ['a late renewal does not bring a term back', deposed, { type: 'renewed', sentAtMs: 0 }, deposed],
  ['a late loss does not strike a candidate', candidate, { type: 'lost', reason: 'replaced' }, candidate],
  ['a late answer does not make a leader twice', leader, { type: 'acquired', fence, sentAtMs: 99 }, leader],
  [
    'after the work is over it is a candidate again',
    deposed,
    { type: 'work-over' },
    { phase: 'candidate', lookAtMs: 1_100 },
  ],
];
for (const [title, state, event, expected] of moves)
  test(title, (t) => {
    t.deepEqual(moveLeader(LEADER_POLICY, state, event, 100), expected);
  });

test('no leader believes in its term as long as its lease may live without renewal', (t) => {
  const event = fc.oneof(
    fc.record({ type: fc.constant('acquired' as const), fence: fc.constant(fence) }),
    fc.constantFrom(
      { type: 'renewed' as const },
      { type: 'renewal-failed' as const },
      { type: 'not-acquired' as const },
    ),
    fc.constantFrom({ type: 'work-over' as const }, { type: 'lost' as const, reason: 'replaced' as const }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(3_000), fc.nat(1_500)), { maxLength: 40 }), (history) => {
      let state = initialLeaderState(0);
      let nowMs = 0;
      let leaseSentAtMs = 0;
      for (const [each, pauseMs, tookMs] of history) {
        nowMs += pauseMs;
        const sentAtMs = nowMs;
        nowMs += tookMs;
        const before = state;
        state = moveLeader(LEADER_POLICY, state, { sentAtMs, ...each } as LeaderEvent, nowMs);
        if (state !== before && (each.type === 'acquired' || each.type === 'renewed'))
          leaseSentAtMs = sentAtMs;
        const step = nextLeaderStep(state, leaseSentAtMs + LEADER_POLICY.ttlMs);
        if (state.phase === 'leader') t.is(step.type, 'step-down');
      }
    }),
    { seed: 3, numRuns: 300 },
  );
});
