import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import { conflict, notFound } from '@gantry/api/status-error';
import { describeFailure } from './failure.ts';

test('what is not there leads to what is', (t) => {
  const { message, nextStep, exitCode } = describeFailure(notFound(podKind, 'web'));
  t.is(message, 'Error: pods "web" not found');
  t.is(nextStep, 'See what there is: gantry get pods -A');
  t.is(exitCode, 3);
});

test('a change by somebody else is to be repeated', (t) => {
  t.regex(describeFailure(conflict(podKind, 'web', 'changed')).nextStep ?? '', /repeat your change/);
});
