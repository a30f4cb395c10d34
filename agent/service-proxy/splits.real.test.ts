// TrafficSplits for real: HAProxy in a network namespace of the test's own.
import test, { type ExecutionContext } from 'ava';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { sleep, systemClock } from '@gantry/kit/clock';
import { connections, openBench, startPods } from './test-bench.ts';
import { aGateway, anIngress, aRoute, lists } from './test-routes.ts';
import { aService, aSlice, aSplit } from './test-services.ts';
import {
  ask,
  CANARY,
  counts,
  load,
  type LoadedRequest,
  many,
  NODE,
  OTHER,
  STABLE,
  token,
  weights,
  withSplits,
} from './test-split-bench.ts';

/** While one side alone was in force: from when that was confirmed until something else was asked for. */
interface Span {
  fromMs: number;
  toMs: number;
  expected: string;
}

/** @returns how many requests lay wholly within a span; who answered them is asserted. */
function checkSpans(t: ExecutionContext, spans: readonly Span[], found: readonly LoadedRequest[]): number {
  const within = spans.flatMap((span) =>
    found
      .filter(({ fromMs, toMs }) => fromMs >= span.fromMs && toMs <= span.toMs)
      .map(({ who, fromMs, toMs }) => {
        const when = `asked ${fromMs - span.fromMs} ms after the change was confirmed, answered after ${toMs - fromMs} ms`;
        return { who, expected: span.expected, when };
      }),
  );
  for (const { who, expected, when } of within) t.is(who, expected, when);
  return within.length;
}

test.serial(
  'a tenth is a tenth, with connections that are kept and without, wherever the Service is reached',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    const http = { name: 'http', port: 8000, protocol: 'HTTP' };
    const to = { name: 'web', port: 80 };
    const routes = lists({
      gateways: [aGateway('gw', [http])],
      httpRoutes: [
        aRoute('r', [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/half' } }],
            backendRefs: [to, { name: 'other', port: 80 }],
          },
          { backendRefs: [to] },
        ]),
      ],
      ingresses: [anIngress('i', { defaultBackend: { service: { name: 'web', port: { number: 80 } } } })],
    });
    await bench.apply({ ...withSplits(weights(10, 90)), routes });
    for (const isKept of [true, false]) {
      const found = counts(await ask(bench, many(10_000), { isKept }));
      t.log('kept', isKept, found);
      t.deepEqual(Object.keys(found).sort(), [STABLE, CANARY]);
      t.true(Math.abs((found[CANARY] ?? 0) - 1_000) <= 50);
    }
    for (const url of [`http://${NODE}:30080/`, `http://${NODE}:8000/`, `http://${NODE}/`])
      t.deepEqual(counts(await ask(bench, many(100, url))), { [STABLE]: 90, [CANARY]: 10 }, url);
    const half = counts(await ask(bench, many(400, `http://${NODE}:8000/half`), { atOnce: 1 }));
    t.deepEqual(half, { [STABLE]: 180, [CANARY]: 20, [OTHER]: 200 });
    t.regex(bench.proxy.appliedSplits() ?? '', /^[1-9]\d*$/);
  },
);

test.serial('rules tell requests apart by header, cookie, claim, path, method and parameter', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  const nasty = `it's "%[env(HOME)]" # } if TRUE \\ ü`;
  const to = (name: string) => ({ backends: { [name]: 1 } });
  const split = aSplit('web', [
    { matches: [{ request: { headers: [{ name: 'X-Who', value: nasty }] } }], ...to('web-canary') },
    { matches: [{ cookies: [{ name: 'side', value: 'b' }] }], ...to('web-canary') },
    {
      matches: [
        {
          claims: [
            { name: 'org.id', value: '1234567' },
            { name: 'beta', value: 'true' },
          ],
        },
        { claims: [{ name: 'sub', value: 'ünï' }] },
      ],
      ...to('web-canary'),
    },
    {
      matches: [
        {
          request: { path: { type: 'PathPrefix', value: '/api' }, method: 'GET' },
          cookies: [{ name: 'c', value: 'x y' }],
        },
      ],
      ...to('web-canary'),
    },
    { matches: [{ request: { queryParams: [{ name: 'q', value: 'a b' }] } }], ...to('other') },
    {
      matches: [{ request: { path: { type: 'Exact', value: '/none' } } }],
      backends: { 'web-canary': 0, web: 3 },
    },
    to('web'),
  ]);
  const http = { name: 'http', port: 8000, protocol: 'HTTP' };
  const parent = { group: '', kind: 'Service', name: 'web' };
  const ref = { name: 'web', port: 80 };
  const routes = lists({
    gateways: [aGateway('gw', [http])],
    httpRoutes: [aRoute('r', [{ backendRefs: [ref] }])],
    ingresses: [anIngress('i', { defaultBackend: { service: { name: 'web', port: { number: 80 } } } })],
  });
  const treated = aRoute(
    'own',
    [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/away' } }],
        backendRefs: [{ name: 'other', port: 80 }],
      },
      { backendRefs: [ref] },
    ],
    { parentRefs: [parent] },
  );
  const encoded = Buffer.from(nasty).toString('latin1');
  const cases: [string, Record<string, string>, string][] = [
    ['/', {}, STABLE],
    ['/', { 'x-who': encoded }, CANARY],
    ['/', { 'x-who': 'other' }, STABLE],
    ['/', { cookie: 'a=1; side=b' }, CANARY],
    ['/', { cookie: 'side=bb' }, STABLE],
    ['/', { authorization: token({ org: { id: 1234567 }, beta: true }) }, CANARY],
    ['/', { authorization: token({ org: { id: 1234567 }, beta: false }) }, STABLE],
    ['/', { authorization: token({ sub: 'ünï' }) }, CANARY],
    ['/', { authorization: 'Bearer rubbish' }, STABLE],
    ['/api/x', { cookie: 'c=x y' }, CANARY],
    ['/apix', { cookie: 'c=x y' }, STABLE],
    ['/?q=a%20b', {}, OTHER],
    ['/none', {}, STABLE],
  ];
  const places = ['http://10.96.0.1', `http://${NODE}:30080`, `http://${NODE}:8000`, `http://${NODE}`];
  const through = async (extra: (typeof treated)[]): Promise<void> => {
    const all = { ...routes, httpRoutes: [...routes.httpRoutes, ...extra] };
    await bench.apply({ ...withSplits(split), routes: all });
    for (const place of places) {
      const found = await ask(
        bench,
        cases.map(([path, headers]) => ({ url: `${place}${path}`, headers })),
      );
      t.deepEqual(
        found,
        cases.map(([, , expected]) => expected),
        place,
      );
    }
  };
  await through([]);
  await through([treated]);
  const [away] = await ask(bench, [{ url: 'http://10.96.0.1/away', headers: { cookie: 'side=b' } }]);
  t.is(away, OTHER, 'a route of the Service decides first');
  await bench.apply({ ...withSplits(), routes });
  t.deepEqual(counts(await ask(bench, [{ url: 'http://10.96.0.1/', headers: { cookie: 'side=b' } }])), {
    [STABLE]: 1,
  });
});

for (const isKept of [true, false])
  test.serial(
    `weights change under load without a failure or a reload; connections are kept: ${isKept}`,
    async (t) => {
      const bench = await openBench(t);
      await startPods(bench);
      await bench.apply(withSplits(weights(0, 100)));
      const { reloads } = bench.proxy.metrics();
      const loading = load(bench, isKept);
      await sleep(systemClock, 800);
      for (const canary of [5, 10, 25, 50, 75, 33, 90]) {
        await bench.apply(withSplits(weights(canary, 100 - canary)));
        await sleep(systemClock, 250);
      }
      const spans: Span[] = [];
      for (const canary of [100, 0, 100, 0, 100]) {
        await bench.apply(withSplits(weights(canary, 100 - canary)));
        const fromMs = Date.now() + 1;
        await sleep(systemClock, 200);
        spans.push({ fromMs, toMs: Date.now() - 1, expected: canary === 100 ? CANARY : STABLE });
      }
      const found = await loading.end();
      t.true(found.length > 200, `${found.length} requests`);
      t.deepEqual(Object.keys(counts(found.map(({ who }) => who))).sort(), [STABLE, CANARY]);
      t.is(bench.proxy.metrics().reloads, reloads);
      const checked = checkSpans(t, spans, found);
      t.log(`${found.length} requests, ${checked} of them after a switch`);
      t.true(checked > 0);
    },
  );

test.serial('splits are made, changed in their rules and deleted under load without a failure', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  await bench.apply(withSplits());
  const { reloads } = bench.proxy.metrics();
  const loading = load(bench, true);
  const rule = (value: string) => ({
    matches: [{ cookies: [{ name: 'side', value }] }],
    backends: { 'web-canary': 1 },
  });
  const other = aSplit('other', [{ backends: { other: 1 } }]);
  const rest = { backends: { 'web-canary': 10, web: 90 } };
  await bench.apply(withSplits(aSplit('web', [rule('a'), rest])));
  await bench.apply(withSplits(aSplit('web', [rule('b'), rest])));
  const sticky = { by: { cookie: 'user' }, salt: 's' };
  await bench.apply(withSplits(aSplit('web', [rule('b'), { ...rest, sticky }])));
  await bench.apply(withSplits());
  t.is(bench.proxy.metrics().reloads, reloads + 4);
  await bench.apply(withSplits(other));
  for (let round = 0; round < 30; round += 1) {
    await bench.apply(withSplits(other, aSplit('web', [rest])));
    await bench.apply(withSplits(other));
  }
  t.is(bench.proxy.metrics().reloads, reloads + 5, 'one more for the first, and none for the others');
  const found = counts((await loading.end()).map(({ who }) => who));
  t.log(found);
  t.deepEqual(Object.keys(found).sort(), [STABLE, CANARY]);
});

test.serial('after a reload is confirmed no new connection meets the older rules', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  const only = (side: 'web' | 'web-canary', value: string): TrafficSplit =>
    aSplit('web', [
      { matches: [{ cookies: [{ name: 'side', value }] }], backends: { other: 1 } },
      { backends: { [side]: 1 } },
    ]);
  await bench.apply(withSplits(only('web', 'a')));
  const { reloads } = bench.proxy.metrics();
  const loading = load(bench, false);
  const spans: Span[] = [];
  for (const [at, side] of (['web-canary', 'web', 'web-canary', 'web'] as const).entries()) {
    await bench.apply(withSplits(only(side, String(at))));
    const fromMs = Date.now() + 1;
    await sleep(systemClock, 300);
    spans.push({ fromMs, toMs: Date.now() - 1, expected: side === 'web' ? STABLE : CANARY });
  }
  t.is(bench.proxy.metrics().reloads, reloads + 4);
  const found = await loading.end();
  t.deepEqual(Object.keys(counts(found.map(({ who }) => who))).sort(), [STABLE, CANARY]);
  const checked = checkSpans(t, spans, found);
  t.log(`${checked} of ${found.length} requests began after a reload was confirmed`);
  t.true(checked > 0);
});

test.serial(
  'connections are shared out by weights, one pod against a hundred too; a switch is whole',
  async (t) => {
    const bench = await openBench(t);
    const ports = Array.from({ length: 100 }, (_, at) => 6_000 + at);
    const child = bench.program(`
    const net = require('node:net');
    let open = 101;
    const up = () => { if (--open === 0) console.log('up'); };
    const serve = (word, port, address) => net.createServer((s) => { s.on('error', () => {}); s.end(word); }).listen(port, address, up);
    for (const port of ${JSON.stringify(ports)}) serve('web', port, '${STABLE}');
    serve('canary', 6000, '${CANARY}');`);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const db = (canary: number, web: number) => ({
      services: [
        aService('web', '10.96.0.1', { name: 'db', port: 5432 }),
        aService('web-canary', '10.96.0.2', { name: 'db', port: 5432 }),
      ],
      slices: [
        ...ports.map((port) => aSlice('web', [STABLE], { name: 'db', port })),
        aSlice('web-canary', [CANARY], { name: 'db', port: 6000 }),
      ],
      splits: withSplits(weights(canary, web)).splits,
    });
    const shareOf = async (count: number): Promise<Record<string, number>> =>
      JSON.parse(await bench.run(connections('10.96.0.1', 5432, count))) as Record<string, number>;
    await bench.apply(db(10, 90));
    const { reloads } = bench.proxy.metrics();
    t.deepEqual(await shareOf(1_000), { canary: 100, web: 900 });
    await bench.apply(db(50, 50));
    const half = await shareOf(400);
    t.log(half);
    t.true(Math.abs((half['canary'] ?? 0) - 200) <= 2);
    await bench.apply(db(100, 0));
    t.deepEqual(await shareOf(50), { canary: 50 });
    await bench.apply(db(0, 100));
    t.deepEqual(await shareOf(50), { web: 50 });
    const { services: own, slices: all, splits } = db(50, 50);
    await bench.apply({ services: own, slices: all.slice(0, -1), splits });
    t.deepEqual(await shareOf(50), { web: 50 }, 'who has no pod leaves his share to the others');
    t.is(bench.proxy.metrics().reloads, reloads);
  },
);
