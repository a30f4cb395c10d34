import { EventEmitter } from 'node:events';
import test from 'ava';
import { VirtualClock } from '../virtual-clock.ts';
import { keepAlive, PING_INTERVAL_MS, type PingableSocket } from './keep-alive.ts';

/** The far end of a connection, which answers pings while it is there. */
class Socket extends EventEmitter implements PingableSocket {
  readonly OPEN = 1;
  readyState = 1;
  isThere = true;
  pings = 0;
  terminated = 0;

  ping(): void {
    this.pings += 1;
    if (this.isThere) this.emit('pong');
  }

  terminate(): void {
    this.terminated += 1;
  }
}

test('a connection that answers is pinged for as long as it lasts', (t) => {
  const clock = new VirtualClock();
  const socket = new Socket();
  const stop = keepAlive(socket, clock);
  clock.advance(PING_INTERVAL_MS - 1);
  t.is(socket.pings, 0);
  clock.advance(1 + 9 * PING_INTERVAL_MS);
  t.is(socket.pings, 10);
  stop();
  clock.advance(10 * PING_INTERVAL_MS);
  t.is(socket.pings, 10);
  t.is(clock.nextDueMs(), undefined);
  t.is(socket.terminated, 0);
});

test('one that does not answer is ended once, a round later', (t) => {
  const clock = new VirtualClock();
  const socket = new Socket();
  keepAlive(socket, clock);
  clock.advance(3 * PING_INTERVAL_MS);
  socket.isThere = false;
  clock.advance(PING_INTERVAL_MS);
  t.is(socket.terminated, 0);
  clock.advance(PING_INTERVAL_MS);
  t.is(socket.terminated, 1);
  clock.advance(10 * PING_INTERVAL_MS);
  t.is(socket.terminated, 1);
  t.is(clock.nextDueMs(), undefined);
});

test('one that is not open yet is neither pinged nor ended', (t) => {
  const clock = new VirtualClock();
  const socket = new Socket();
  socket.readyState = 0;
  keepAlive(socket, clock);
  clock.advance(5 * PING_INTERVAL_MS);
  t.is(socket.pings + socket.terminated, 0);
  socket.readyState = socket.OPEN;
  clock.advance(PING_INTERVAL_MS);
  t.is(socket.pings, 1);
});
