// What the last message of an exec says.
import test from 'ava';
import { exitCodeOf, resizeText } from './exec-channels.ts';
import type { Status } from './status-error.ts';

const status = (more: object): Status => ({ kind: 'Status', apiVersion: 'v1', ...more }) as unknown as Status;

test('exit codes', (t) => {
  t.is(exitCodeOf(status({ status: 'Success' })), 0);
  const causes = [{ reason: 'ExitCode', message: '7' }];
  t.is(exitCodeOf(status({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes } })), 7);
  t.is(exitCodeOf(status({ status: 'Failure', message: 'no such program' })), undefined);
});

test('the size of a terminal is told as kubectl does', (t) => {
  t.is(resizeText(80, 24), '{"Width":80,"Height":24}\n');
});
