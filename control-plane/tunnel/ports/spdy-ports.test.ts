import test, { type ExecutionContext } from 'ava';
import { connectPeer, type TestPeer } from '../spdy/test-peer.ts';
import type { ForwardPort } from './forward-port.ts';
import { portOf, portsOf } from './port-number.ts';
import { serveSpdyPorts } from './spdy-ports.ts';

/** Port 80 says everything back; behind any other nobody listens. */
const forward: ForwardPort = (port, client) => {
  if (port !== 80) client.finish(`nobody at ${port}`);
  return {
    onData: (data, consumed) => {
      client.write(data, consumed);
    },
    onEnd: () => {
      client.end();
      client.finish();
    },
    onGone: () => undefined,
  };
};

async function start(t: ExecutionContext): Promise<TestPeer> {
  return connectPeer(t, (socket) => void serveSpdyPorts(socket, Buffer.alloc(0), forward));
}

const headers = (streamtype: string, requestid: string, port = '80') => ({ port, streamtype, requestid });

test('data goes both ways and ends by halves, whichever stream comes first', async (t) => {
  const peer = await start(t);
  const error = await peer.open(headers('error', '0'));
  peer.data(error, '', true);
  const first = await peer.open(headers('data', '0'));
  const second = await peer.open(headers('data', '1'));
  peer.data(second, 'early');
  peer.data(first, 'hello', true);
  await peer.until('the echo', () => peer.heard(first).ended && peer.heard(error).ended);
  t.deepEqual([peer.heard(first).text, peer.heard(error).text], ['hello', '']);
  t.is(peer.heard(second).text, '');
  await peer.open(headers('error', '1'));
  await peer.until('what came before', () => peer.heard(second).text === 'early');
});

test('an error has its own stream, and ends no other connection', async (t) => {
  const peer = await start(t);
  const texts: Record<string, string> = {
    '81': 'nobody at 81',
    '0': 'unable to parse the port: must be 1 to 65535',
    '65536': 'unable to parse the port: must be 1 to 65535',
    '8e1': 'unable to parse the port: must be 1 to 65535',
  };
  for (const [port, text] of Object.entries(texts)) {
    const error = await peer.open(headers('error', port, port));
    const data = await peer.open(headers('data', port, port));
    await peer.until('both ends', () => peer.heard(error).ended && peer.heard(data).ended);
    t.is(peer.heard(error).text, text);
  }
  await peer.open(headers('error', 'good'));
  const good = await peer.open(headers('data', 'good'));
  peer.data(good, 'on it goes');
  await peer.until('the echo', () => peer.heard(good).text === 'on it goes');
});

test('streams that belong to nothing are refused, and so is a second one of the same', async (t) => {
  const peer = await start(t);
  await peer.open({ streamtype: 'data', port: '80' });
  await peer.open(headers('stdin', '1'));
  await peer.open(headers('data', '2'));
  await peer.open(headers('data', '2'));
  const refused = (): number[] =>
    peer.frames.flatMap((frame) => (frame.type === 'rst-stream' ? [frame.stream] : []));
  await peer.until('refusals', () => refused().length === 3);
  t.deepEqual(refused(), [1, 3, 7]);
});

test('ports are numbers from 1 to 65535', (t) => {
  t.deepEqual(
    ['1', '80', '65535', '0', '65536', '-1', '8.0', '1e3', '', ' 80', '080', undefined].map(portOf),
    [
      1,
      80,
      65535,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      80,
      undefined,
    ],
  );
  const read = (query: string) => () => portsOf(new URLSearchParams(query));
  t.deepEqual(read('ports=80,81&ports=82')(), [80, 81, 82]);
  t.throws(read(''), { message: /"ports" is required/ });
  t.throws(read('ports=http'), { message: /unable to parse "http" as a port/ });
  t.throws(read(`ports=${'80,'.repeat(100)}80`), { message: /at most 100 ports/ });
});
