// What is typed behind --context, and what it means.
import test from 'ava';
import { evalContextFrom } from './eval-context.ts';

test('texts, numbers, truths, JSON; a targeting key is always text', (t) => {
  const typed = [
    'tier=gold',
    'age=18',
    'beta=true',
    'groups=["a"]',
    'note="18"',
    'url=a=b',
    'none=',
    'targetingKey=7',
  ];
  t.deepEqual(evalContextFrom(typed), {
    tier: 'gold',
    age: 18,
    beta: true,
    groups: ['a'],
    note: '18',
    url: 'a=b',
    none: '',
    targetingKey: '7',
  });
});

test('what has no name is refused with an example', (t) => {
  const error = t.throws(() => evalContextFrom(['=x']));
  t.like(error, { message: '--context: "=x" is not NAME=VALUE.', exitCode: 2 });
});
