// Users that stay on their side, for real: HAProxy's Lua held against the programs that flags are evaluated by.
import test from 'ava';
import { evaluateFlag, prepareFlags } from '@gantry/api/flags/evaluate-flag';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { seededRandom } from '@gantry/kit/random';
import { openBench, startPods } from './test-bench.ts';
import { aSplit } from './test-services.ts';
import {
  ask,
  CANARY,
  counts,
  many,
  OTHER,
  shares,
  slices,
  STABLE,
  token,
  withSplits,
} from './test-split-bench.ts';

/** The variant that a flag gives a user. */
function sideByFlag(key: string, weights: Readonly<Record<string, number>>, targetingKey: string): unknown {
  const sides = Object.entries(weights);
  const flags = prepareFlags({
    flags: {
      [key]: {
        state: 'ENABLED',
        variants: Object.fromEntries(sides.map(([side]) => [side, side])),
        targeting: { fractional: sides },
      },
    },
  });
  const found = evaluateFlag(flags, key, { targetingKey });
  return found.ok ? found.value : found.message;
}

test.serial(
  'a user stays on the side that flagd’s fractional gives; growing the first side moves nobody away from it',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    const sideOf = (canary: number, user: string): unknown =>
      sideByFlag('new-shop', { [CANARY]: canary, [STABLE]: 100 - canary }, user);
    const users = Array.from({ length: 300 }, (_, at) => `user-${at * 7_919}`);
    const sticky = (by: object, canary: number): TrafficSplit =>
      aSplit('web', [{ backends: shares(canary, 100 - canary), sticky: { by, salt: 'new-shop' } }]);
    const ways: [object, (user: string) => Record<string, string>][] = [
      [{ header: 'x-user' }, (user) => ({ 'x-user': user })],
      [{ cookie: 'user' }, (user) => ({ cookie: `a=b; user=${user}` })],
      [{ claim: 'sub' }, (user) => ({ authorization: token({ sub: user }) })],
    ];
    for (const [by, headersOf] of ways) {
      await bench.apply(withSplits(sticky(by, 10)));
      const { reloads } = bench.proxy.metrics();
      const requests = users.map((user) => ({ url: 'http://10.96.0.1/', headers: headersOf(user) }));
      const first = await ask(bench, requests);
      t.deepEqual(
        first,
        users.map((user) => sideOf(10, user)),
      );
      t.deepEqual(await ask(bench, requests), first);
      await bench.apply(withSplits(sticky(by, 50)));
      const grown = await ask(bench, requests);
      t.deepEqual(
        grown,
        users.map((user) => sideOf(50, user)),
      );
      first.forEach((who, at) => who === CANARY && t.is(grown[at], CANARY));
      t.is(bench.proxy.metrics().reloads, reloads);
      t.deepEqual(
        counts(await ask(bench, many(20))),
        { [STABLE]: 20 },
        'who says nothing is of the last side',
      );
    }
    const gone = slices.filter(({ metadata }) => metadata.name !== 'web-canary-slice');
    await bench.apply({ ...withSplits(sticky({ header: 'x-user' }, 50)), slices: gone });
    const left = users.map((user) => ({ url: 'http://10.96.0.1/', headers: { 'x-user': user } }));
    t.deepEqual(
      counts(await ask(bench, left)),
      { [STABLE]: users.length },
      'a side without pods has no users',
    );
  },
);

test.serial('the hash is that of the flags, for thousands of texts', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  const random = seededRandom(7);
  const alphabet = [...'abcdefghijklmnopqrstuvwxyz0123456789-_.@ ', 'ü', 'ß', '漢', '가', '😀', '\u{10ffff}'];
  const backends = { web: 333_333, 'web-canary': 333_334, other: 333_333 };
  await bench.apply(
    withSplits(aSplit('web', [{ backends, sticky: { by: { claim: 'sub' }, salt: 'sält-漢-1' } }])),
  );
  const texts = Array.from({ length: 5_000 }, () =>
    Array.from(
      { length: 1 + Math.floor(random.next() * 30) },
      () => alphabet[Math.floor(random.next() * alphabet.length)],
    ).join(''),
  );
  const sides = { [STABLE]: 333_333, [CANARY]: 333_334, [OTHER]: 333_333 };
  const expected = texts.map((text) => sideByFlag('sält-漢-1', sides, text));
  const found = await ask(
    bench,
    texts.map((sub) => ({ url: 'http://10.96.0.1/', headers: { authorization: token({ sub }) } })),
  );
  t.deepEqual(found, expected);
});
