// What is typed behind --context, and what it means.
import test from 'ava';
import { evalContextFrom, isEvalContext } from './eval-context.ts';

test('what has no name is refused with an example', (t) => {
  const error = t.throws(() => evalContextFrom(['=x']));
  t.like(error, { message: '--context: "=x" is not NAME=VALUE.', exitCode: 2 });
});

test('objects in JSON are taken whole; what is named by itself goes before', (t) => {
  const texts = ['{"targetingKey":"a","user":{"age":7}}', 'targetingKey=b', 'n=2'];
  t.true(texts.every(isEvalContext));
  t.false(isEvalContext('production'));
  t.deepEqual(evalContextFrom(texts), { targetingKey: 'b', user: { age: 7 }, n: 2 });
  t.throws(() => evalContextFrom(['{"a":']), { message: /^--context: it is no JSON: / });
});
