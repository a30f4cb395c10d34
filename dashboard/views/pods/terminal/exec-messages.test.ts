// The messages of a terminal.
import test from 'ava';
import type { Status } from '@gantry/api/status-error';
import { endSentence, execPath, inputMessage, readMessage, resizeMessage } from './exec-messages.ts';

const bytes = (channel: number, text: string): ArrayBuffer =>
  new Uint8Array([channel, ...new TextEncoder().encode(text)]).buffer;

test('what arrives', (t) => {
  t.deepEqual(readMessage(bytes(1, 'hi')), { type: 'output', bytes: new TextEncoder().encode('hi') });
  t.deepEqual(readMessage(bytes(3, '{"status":"Success"}')), {
    type: 'outcome',
    status: { status: 'Success' } as unknown as Status,
  });
  for (const other of [bytes(3, 'no JSON'), bytes(3, 'null'), bytes(255, 'x'), new ArrayBuffer(0)])
    t.is(readMessage(other).type, 'other');
});

test('what is sent', (t) => {
  t.deepEqual([...inputMessage('ü')], [0, 0xc3, 0xbc]);
  t.is(new TextDecoder().decode(resizeMessage(80, 24).subarray(1)), '{"Width":80,"Height":24}\n');
  t.is(resizeMessage(80, 24)[0], 4);
});

test('the path names each word of the command', (t) => {
  t.is(
    execPath({ namespace: 'shop', pod: 'web', container: 'app', command: ['ls', '-l a'] }),
    '/api/v1/namespaces/shop/pods/web/exec?container=app&stdin=true&stdout=true&tty=true&command=ls&command=-l+a',
  );
});

test('ends in words', (t) => {
  const failure = (message: string, code?: string): Status =>
    ({
      ...{ status: 'Failure', message },
      details: { causes: code === undefined ? [] : [{ reason: 'ExitCode', message: code }] },
    }) as unknown as Status;
  t.is(endSentence(undefined), 'The connection to the container was lost.');
  t.is(endSentence({ status: 'Success' } as unknown as Status), 'The command has ended.');
  t.is(
    endSentence(failure('command terminated with non-zero exit code', '2')),
    'The command has ended with exit code 2.',
  );
  t.is(
    endSentence(failure('no such program', '127')),
    'The command has ended with exit code 127: no such program.',
  );
  t.is(endSentence(failure('no such container')), 'The command could not be run: no such container.');
});
