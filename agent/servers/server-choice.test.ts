// Which replica an agent asks, and when it turns to another one.
import test from 'ava';
import { silentLogger } from '@gantry/kit/logger';
import { createServerChoice, type ServerChoice } from './server-choice.ts';

const GIVEN = 'https://10.0.0.1:6443';
const [B, C] = ['https://10.0.0.2:6443', 'https://10.0.0.3:6443'];

function choice(draw = 0): ServerChoice {
  return createServerChoice(GIVEN, { random: { next: () => draw }, logger: silentLogger });
}

function knowing(draw = 0): ServerChoice {
  const made = choice(draw);
  made.hear(['10.0.0.1:6443', '10.0.0.2:6443', '10.0.0.3:6443']);
  return made;
}

test('the given one, as long as it answers', (t) => {
  t.is(knowing().current(), GIVEN);
  t.deepEqual(knowing().all(), [GIVEN, B, C]);
});

test('with no other known it stays, whatever happens', (t) => {
  const made = choice();
  made.giveUp(GIVEN);
  t.is(made.current(), GIVEN);
});

test('one that gives no answer is left for another, drawn by chance, and that is stayed with', (t) => {
  for (const [draw, next] of [
    [0, B],
    [0.99, C],
  ] as const) {
    const made = knowing(draw);
    made.giveUp(GIVEN);
    t.is(made.current(), next);
    made.hear(['10.0.0.2:6443', '10.0.0.3:6443']);
    t.is(made.current(), next);
  }
});

test('requests that were under way to one that was left decide nothing', (t) => {
  const made = knowing();
  made.giveUp(GIVEN);
  made.giveUp(GIVEN);
  t.is(made.current(), B);
});

test('in the end it comes back to the given one', (t) => {
  const made = knowing();
  made.giveUp(GIVEN);
  made.giveUp(B);
  t.is(made.current(), GIVEN);
});

test('a replica that is there no more is left; one that knows of none is not believed', (t) => {
  const made = knowing();
  made.giveUp(GIVEN);
  made.hear([]);
  t.is(made.current(), B);
  made.hear(['10.0.0.3:6443']);
  t.is(made.current(), GIVEN);
  t.deepEqual(made.all(), [GIVEN, C]);
});
