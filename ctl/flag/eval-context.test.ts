// What is typed behind --context, and what it means.
import test from 'ava';
import { evalContextFrom } from './eval-context.ts';

test('what has no name is refused with an example', (t) => {
  const error = t.throws(() => evalContextFrom(['=x']));
  t.like(error, { message: '--context: "=x" is not NAME=VALUE.', exitCode: 2 });
});
