import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { Explanations, EXPLANATIONS_MAX, tellExplanation } from './explanations.ts';
import { agedReason, describeReason, retryReason } from './reason-text.ts';

const maker = { name: 'maker', definition: configMapKind };
const AT_MS = 1_000_000;

test('the newest reasons of each object are kept; none forget it', (t) => {
  const explanations = new Explanations();
  explanations.note(maker, 'default/a', [{ type: 'making', missing: 2 }], AT_MS);
  explanations.note(maker, 'default/a', [{ type: 'making', missing: 1 }], AT_MS);
  explanations.note({ ...maker, name: 'other' }, 'default/a', [{ type: 'idle' }], AT_MS);
  t.deepEqual(
    [...explanations.all()].flatMap((kept) => tellExplanation(kept, AT_MS).sentences),
    ['making missing=1', 'idle'],
  );
  explanations.note(maker, 'default/a', [], AT_MS);
  explanations.forget({ ...maker, name: 'other' }, 'default/a');
  t.deepEqual([...explanations.all()], []);
});

test('beyond the limit the oldest fall out, and each is counted', (t) => {
  let dropped = 0;
  const explanations = new Explanations(() => (dropped += 1));
  for (let index = 0; index < EXPLANATIONS_MAX + 3; index += 1) {
    explanations.note(maker, `default/${index}`, [{ type: 'idle' }], AT_MS);
    explanations.note(maker, 'default/0', [{ type: 'idle' }], AT_MS);
  }
  const keys = [...explanations.all()].map(({ key }) => key);
  t.is(keys.length, EXPLANATIONS_MAX);
  t.is(dropped, 3);
  t.false(keys.includes('default/1'));
  t.true(keys.includes('default/0'), 'what is noted again is the newest');
});

test('they are those of one term of leading', (t) => {
  const explanations = new Explanations();
  t.false(explanations.leads());
  const term = new AbortController();
  explanations.note(maker, 'default/stale', [{ type: 'idle' }], AT_MS);
  explanations.begin(term.signal);
  t.true(explanations.leads());
  t.deepEqual([...explanations.all()], []);
  explanations.note(maker, 'default/a', [{ type: 'idle' }], AT_MS);
  term.abort();
  t.false(explanations.leads());
  explanations.end();
  t.deepEqual([...explanations.all()], []);
});

test('durations go on after they were noted', (t) => {
  t.deepEqual(agedReason({ type: 'x', forMs: 10_000, inMs: 1000, silentMs: 5000, pods: 3 }, 4000), {
    type: 'x',
    forMs: 6000,
    inMs: 0,
    silentMs: 9000,
    pods: 3,
  });
});

test('a reason without words of its controller is told by its type and details', (t) => {
  t.is(describeReason({}, { type: 'two-words', pods: 2 }), 'two words pods=2');
  t.is(describeReason({ describe: () => 'own words' }, { type: 'x' }), 'own words');
});

test('the next try: in how long and why, unless that was said or the time has come', (t) => {
  const retry = { type: 'failed' as const, dueMs: AT_MS + 7_200, message: 'quota' };
  const refused = { type: 'changes-refused', message: 'quota' };
  t.is(retryReason(retry, [], AT_MS)?.sentence, 'next try in 8 s: quota');
  t.is(retryReason(retry, [refused], AT_MS)?.sentence, 'next try in 8 s');
  t.is(retryReason(retry, [], AT_MS + 7_200), undefined);
  t.like(retryReason({ ...retry, type: 'broke' }, [], AT_MS), {
    reason: { type: 'set-aside', inMs: 7_200, message: 'quota' },
    sentence:
      'a bug in Gantry keeps this object from being worked on (quota); next try in 8 s, or as soon as the object is changed',
  });
});

test('a retry stands beside the reasons of the last plan, until the next plan', (t) => {
  const explanations = new Explanations();
  const retry = { type: 'failed' as const, dueMs: AT_MS + 1000, message: 'no answer' };
  explanations.note(maker, 'default/a', [{ type: 'idle' }], AT_MS);
  explanations.noteRetry(maker, 'default/a', retry, AT_MS);
  explanations.noteRetry(maker, 'default/b', retry, AT_MS);
  const told = (): string[] =>
    [...explanations.all()].map((kept) => `${kept.key} ${tellExplanation(kept, AT_MS).sentences.join('; ')}`);
  t.deepEqual(told(), ['default/a idle; next try in 1 s: no answer', 'default/b next try in 1 s: no answer']);
  explanations.note(maker, 'default/a', [{ type: 'idle' }], AT_MS);
  explanations.note(maker, 'default/b', [], AT_MS);
  t.deepEqual(told(), ['default/a idle']);
});
