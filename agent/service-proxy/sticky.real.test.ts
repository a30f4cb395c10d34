// Users that stay on their side, for real: HAProxy's Lua held against the programs that flags are evaluated by.
import { createRequire } from 'node:module';
import test from 'ava';
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

test.serial(
  'a user stays on the side that flagd’s fractional gives; growing the first side moves nobody away from it',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    const { FlagdCore } = createRequire(import.meta.url)('@openfeature/flagd-core') as {
      FlagdCore: new () => Flagd;
    };
    const core = new FlagdCore();
    const sideOf = (canary: number, user: string): string => {
      core.setConfigurations(
        JSON.stringify({
          flags: {
            'new-shop': {
              state: 'ENABLED',
              variants: { canary: CANARY, web: STABLE },
              defaultVariant: 'web',
              targeting: {
                fractional: [
                  ['canary', canary],
                  ['web', 100 - canary],
                ],
              },
            },
          },
        }),
      );
      return core.resolveStringEvaluation('new-shop', '', { targetingKey: user }, quiet).value;
    };
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

interface Flagd {
  setConfigurations(text: string): void;
  resolveStringEvaluation(key: string, fallback: string, context: object, logger: object): { value: string };
}
const quiet = { error() {}, warn() {}, info() {}, debug() {} };

test.serial('the hash is that of the flags, for thousands of texts', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  const MurmurHash3 = createRequire(import.meta.url)('imurmurhash') as new (text: string) => {
    result(): number;
  };
  const random = seededRandom(7);
  const alphabet = [...'abcdefghijklmnopqrstuvwxyz0123456789-_.@ ', 'ü', 'ß', '漢', '가', '😀', '\u{10ffff}'];
  const backends = { web: 333_333, 'web-canary': 333_334, other: 333_333 };
  await bench.apply(
    withSplits(aSplit('web', [{ backends, sticky: { by: { claim: 'sub' }, salt: 'sält-漢-1' } }])),
  );
  const sides = [STABLE, CANARY, OTHER];
  const texts = Array.from({ length: 5_000 }, () =>
    Array.from(
      { length: 1 + Math.floor(random.next() * 30) },
      () => alphabet[Math.floor(random.next() * alphabet.length)],
    ).join(''),
  );
  const expected = texts.map((text) => {
    const bucket = (BigInt(new MurmurHash3(`sält-漢-1${text}`).result() >>> 0) * 1_000_000n) >> 32n;
    return sides[bucket < 333_333n ? 0 : bucket < 666_667n ? 1 : 2];
  });
  const found = await ask(
    bench,
    texts.map((sub) => ({ url: 'http://10.96.0.1/', headers: { authorization: token({ sub }) } })),
  );
  t.deepEqual(found, expected);
});
