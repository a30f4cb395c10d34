import test from 'ava';
import type { Answer } from './answer.ts';
import { isAsked, NO_ANSWERS, probeVerdict, type ProbeCount } from './probe-verdict.ts';

const S = 'success';
const F = 'failure';
const U = 'unknown';

interface Row {
  title: string;
  successThreshold?: number;
  failureThreshold?: number;
  answers: readonly Answer['result'][];
  verdict: ProbeCount['verdict'];
}

const rows: Row[] = [
  { title: 'no answer, no verdict', answers: [], verdict: 'none' },
  { title: 'one success is enough', answers: [S], verdict: S },
  { title: 'three failures are enough by default', answers: [F, F, F], verdict: F },
  { title: 'two are not', answers: [F, F], verdict: 'none' },
  { title: 'a success in between starts the count anew', answers: [F, F, S, F, F], verdict: S },
  { title: 'a verdict holds until the other threshold is reached', answers: [S, F, F], verdict: S },
  { title: 'then it turns', answers: [S, F, F, F], verdict: F },
  { title: 'thresholds of successes', successThreshold: 2, answers: [F, F, F, S], verdict: F },
  { title: 'reached', successThreshold: 2, answers: [F, F, F, S, S], verdict: S },
  { title: 'a threshold of one failure', failureThreshold: 1, answers: [S, F], verdict: F },
  { title: 'what could not be asked says nothing', answers: [F, F, U, U, U], verdict: 'none' },
  { title: 'and does not break a row', answers: [F, F, U, F], verdict: F },
];

for (const { title, answers, verdict, ...probe } of rows) {
  test(title, (t) => {
    const count = answers.reduce((before, answer) => probeVerdict(probe, before, answer), NO_ANSWERS);
    t.is(count.verdict, verdict);
  });
}

test('startup is asked until it has passed, the others from then on', (t) => {
  t.true(isAsked('startup', false));
  t.false(isAsked('startup', true));
  t.false(isAsked('liveness', false));
  t.true(isAsked('liveness', true));
  t.false(isAsked('readiness', false));
  t.true(isAsked('readiness', true));
});
