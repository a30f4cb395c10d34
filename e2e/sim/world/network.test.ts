import test from 'ava';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { SimNetwork } from './network.ts';

const QUALITY = { delayMinMs: 1, delayMaxMs: 10, lossRate: 0.3, resetRate: 0, duplicateRate: 0 };

function network(): { clock: VirtualClock; net: SimNetwork; came: string[]; send: (what: string) => void } {
  const clock = new VirtualClock();
  const net = new SimNetwork(clock, seededRandom(7), QUALITY);
  const came: string[] = [];
  const send = (what: string): void => {
    net.send('a', 'b', { arrive: () => came.push(what), broken: () => came.push(`${what} broken`) });
  };
  return { clock, net, came, send };
}

test('messages overtake each other, those of one stream never', (t) => {
  const { clock, net } = network();
  const free: number[] = [];
  const inOrder: number[] = [];
  const stream = { lastArrivalMs: 0 };
  const numbers = Array.from({ length: 50 }, (_, at) => at);
  for (const number of numbers) {
    net.send('a', 'b', { arrive: () => free.push(number), broken: () => undefined });
    net.send('a', 'b', { arrive: () => inOrder.push(number), broken: () => undefined, stream });
    clock.advance(0.5);
  }
  clock.advance(10_000);
  t.notDeepEqual(free, numbers);
  t.deepEqual(
    free.toSorted((a, b) => a - b),
    numbers,
  );
  t.deepEqual(inOrder, numbers);
});

test('what is sent in one moment over one stream travels together', (t) => {
  const { clock, net } = network();
  const came: string[] = [];
  const stream = { lastArrivalMs: 0 };
  for (const what of ['head', 'body', 'end'])
    net.send('a', 'b', { arrive: () => came.push(what), broken: () => undefined, stream });
  clock.step();
  t.deepEqual(came, ['head', 'body', 'end']);
});

test('a cut holds what is sent one way only, and lets it through when it heals', (t) => {
  const { clock, net, came, send } = network();
  net.cut('a', 'b');
  send('held');
  net.send('b', 'a', { arrive: () => came.push('back'), broken: () => undefined });
  clock.advance(5_000);
  t.deepEqual(came, ['back']);
  net.heal('a', 'b');
  clock.advance(5_000);
  t.deepEqual(came, ['back', 'held']);
});

test('a connection that was held for too long is broken', (t) => {
  const { clock, net, came, send } = network();
  net.cut('a', 'b');
  send('old');
  clock.advance(25_000);
  send('young');
  net.healAll();
  clock.advance(5_000);
  t.deepEqual(came, ['old broken', 'young']);
});
