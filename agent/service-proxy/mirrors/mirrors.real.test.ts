// Copies of requests for real: HAProxy in a network namespace of the test's own.
import test from 'ava';
import type { HTTPRequestMirrorFilter } from '@gantry/api/kinds/gateway/http-filters';
import { sleep, systemClock } from '@gantry/kit/clock';
import type { ServiceLists } from '../../services/service-lists.ts';
import { openBench, startPods, until, type Bench } from '../test-bench.ts';
import { aGateway, aRoute, lists } from '../test-routes.ts';
import { aService, aSlice, aSplit } from '../test-services.ts';
import { ask, CANARY, counts, many, NODE, STABLE, withSplits } from '../test-split-bench.ts';
import {
  countedIn,
  curled,
  dropsOf,
  loadWith,
  speak,
  startRecorder,
  toldBy,
  type Noted,
} from './test-mirror-bench.ts';

const services = [aService('web', '10.96.0.1'), aService('shadow', '10.96.0.2')];
const echo = { name: 'http', port: 8081 };
const recorder = { name: 'http', port: 8082 };
const slices = [aSlice('web', [STABLE], echo), aSlice('shadow', [CANARY], recorder)];
const to = (name: string) => ({ name, port: 80 });
const mirror = (fields: Partial<HTTPRequestMirrorFilter> = {}) => ({
  type: 'RequestMirror' as const,
  requestMirror: { backendRef: to('shadow'), ...fields },
});

/** The Service itself, and a Gateway, both with a mirror. */
function mirrored(
  ...filters: ReturnType<typeof mirror>[]
): Pick<ServiceLists, 'services' | 'slices' | 'routes'> {
  const rules = [{ filters, backendRefs: [to('web')] }];
  const routes = lists({
    gateways: [aGateway('gw', [{ name: 'http', port: 8000, protocol: 'HTTP' }])],
    httpRoutes: [
      aRoute('r', rules, { parentRefs: [{ name: 'gw' }] }),
      aRoute('s', rules, { parentRefs: [{ group: '', kind: 'Service', name: 'web' }] }),
    ],
  });
  return { services, slices, routes };
}

async function untilNoted(bench: Bench, count: number): ReturnType<typeof toldBy> {
  let told = await toldBy(bench, CANARY);
  await until(async () => (told = await toldBy(bench, CANARY)).noted.length >= count, bench.proxy);
  return told;
}

/** Copies come after their requests were answered: what is there once a second has brought no more. */
async function settledNotes(bench: Bench): Promise<Noted[]> {
  let before = -1;
  let { noted } = await toldBy(bench, CANARY);
  while (noted.length !== before) {
    before = noted.length;
    await sleep(systemClock, 1_000);
    ({ noted } = await toldBy(bench, CANARY));
  }
  return noted;
}

const BODY = 'b'.repeat(2_000);
const URL = `http://${NODE}:8000/a/b?c=%20d`;

test.serial(
  '500 requests are answered as ever while their mirror is alive, dead, slow and silent',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    await bench.apply(mirrored());
    const alone = await loadWith(bench, URL, 500, BODY);
    await bench.apply(mirrored(mirror()));
    const dead = await loadWith(bench, URL, 500, BODY);
    const end = await startRecorder(bench, CANARY, 0);
    await sleep(systemClock, 1_500);
    const alive = await loadWith(bench, URL, 500, BODY);
    const told = await untilNoted(bench, 400);
    const counted = await countedIn(bench);
    end();
    const endSlow = await startRecorder(bench, CANARY, 2_000);
    await sleep(systemClock, 1_500);
    const slow = await loadWith(bench, URL, 500, BODY);
    endSlow();
    await startRecorder(bench, CANARY, -1);
    await sleep(systemClock, 1_500);
    const silent = await loadWith(bench, URL, 500, BODY);
    const drops = await dropsOf(bench);
    t.log({ alone, dead, alive, slow, silent, drops, copies: told.noted.length, counted });
    for (const one of [alone, dead, alive, slow, silent]) t.deepEqual(one.answers, { 200: 500 });
    // Whoever waited for the slow one, or for the silent one, would have waited two seconds and more.
    for (const one of [slow, silent]) t.true(one.medianMs < 1_000, 'nobody waits for a mirror');
    const [first] = told.noted;
    t.is(first?.method, 'POST');
    t.is(first?.url, '/a/b?c=%20d');
    t.is(first?.bytes, BODY.length);
    t.like(first?.headers, { host: `${NODE}:8000`, 'x-trace': 'a, b', 'x-forwarded-for': NODE });
    t.is(first?.headers['x-gantry-mirror'], undefined);
    t.is(told.aborted, 0, 'answers are taken to the end');
    // The copies are the mirror's own; what the Service itself has counted is its own requests.
    t.is(counted['s-10_244_0_1-8081'], 1_000);
    t.is(counted['s-10_244_0_2-8082'], told.noted.length);
    t.true((drops['busy'] ?? 0) > 0, 'what is too much is dropped and counted');
  },
);

test.serial(
  'shares of requests, several mirrors, and pods of a mirror that change without a reload',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    await startRecorder(bench, CANARY, 0);
    await startRecorder(bench, '10.244.0.3', 0);
    await bench.apply(mirrored(mirror({ percent: 10 })));
    t.deepEqual((await loadWith(bench, 'http://10.96.0.1/', 500, BODY)).answers, { 200: 500 });
    const noted = await settledNotes(bench);
    t.true(noted.length >= 20 && noted.length <= 90, `${noted.length} of 500`);
    await bench.apply(mirrored(mirror(), mirror({ fraction: { numerator: 1, denominator: 1 } })));
    await loadWith(bench, 'http://10.96.0.1/', 20, BODY);
    t.is((await untilNoted(bench, noted.length + 40)).noted.length, noted.length + 40);
    const { reloads } = bench.proxy.metrics();
    const moved = [aSlice('web', [STABLE], echo), aSlice('shadow', ['10.244.0.3'], recorder)];
    await bench.apply({
      ...mirrored(mirror(), mirror({ fraction: { numerator: 1, denominator: 1 } })),
      slices: moved,
    });
    await loadWith(bench, 'http://10.96.0.1/', 20, BODY);
    await until(async () => (await toldBy(bench, '10.244.0.3')).noted.length === 40, bench.proxy);
    t.is((await toldBy(bench, CANARY)).noted.length, noted.length + 40);
    await bench.apply({
      ...mirrored(mirror(), mirror({ fraction: { numerator: 1, denominator: 1 } })),
      slices: [slices[0] ?? t.fail()],
    });
    t.deepEqual((await loadWith(bench, 'http://10.96.0.1/', 20, BODY)).answers, { 200: 20 });
    t.is(bench.proxy.metrics().reloads, reloads);
  },
);

test.serial('a request that cannot be copied goes on without its copy', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  await startRecorder(bench, CANARY, 0);
  await bench.apply(mirrored(mirror()));
  t.deepEqual((await loadWith(bench, URL, 3, 'l'.repeat(60_000))).answers, { 200: 3 });
  const head = (length: string): string => `POST /own HTTP/1.1\r\nHost: a\r\n${length}\r\n\r\n`;
  const late = await speak(bench, '10.96.0.1:80', [head('Content-Length: 6'), 'abc', 'def'], 400);
  t.regex(late, /^HTTP\/1\.1 200 /, 'a body that comes late');
  const parts = await speak(
    bench,
    '10.96.0.1:80',
    [head('Transfer-Encoding: chunked'), '3\r\nabc\r\n', '0\r\n\r\n'],
    400,
  );
  t.regex(parts, /^HTTP\/1\.1 200 /, 'a body of no known length');
  const upgraded = ['GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'];
  t.regex(await speak(bench, '10.96.0.1:80', upgraded, 100), /^HTTP\/1\.1 200 /);
  t.deepEqual((await toldBy(bench, CANARY)).noted, []);
  t.deepEqual(await dropsOf(bench), { body: 5 });
  // What is not whole at first, and soon, is copied.
  t.regex(await speak(bench, '10.96.0.1:80', [head('Content-Length: 3'), 'abc'], 30), /^HTTP\/1\.1 200 /);
  const spoof = ['-H', 'x-gantry-mirror: http-0001', '-H', 'Connection: x-other', '-H', 'X-Empty;'];
  t.regex(await curled(bench, ...spoof, 'http://10.96.0.1/spoof'), /^HTTP\/1\.1 200 /);
  const { noted } = await untilNoted(bench, 2);
  t.deepEqual(
    noted.map(({ url, bytes }) => [url, bytes]),
    [
      ['/own', 3],
      ['/spoof', 0],
    ],
  );
  t.is(noted[1]?.headers['x-empty'], '');
});

test.serial('a split copies requests of a rule, and only those', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  await startRecorder(bench, CANARY, 0);
  const beta = [{ request: { headers: [{ name: 'X-Beta', value: 'yes' }] } }];
  const rule = { matches: beta, backends: { 'web-canary': 0, web: 100 } };
  const split = (percent: number) =>
    aSplit('web', [{ ...rule, mirror: { service: 'web-canary', percent } }, { backends: { web: 1 } }]);
  const canaryPods = [aSlice('web', [STABLE], echo), aSlice('web-canary', [CANARY], recorder)];
  await bench.apply({ ...withSplits(split(100)), slices: canaryPods });
  const asked = [...many(10), ...many(20).map((one) => ({ ...one, headers: { 'x-beta': 'yes' } }))];
  t.deepEqual(counts(await ask(bench, asked)), { [STABLE]: 30 });
  t.is((await untilNoted(bench, 20)).noted.length, 20);
  await bench.apply({ ...withSplits(split(0)), slices: canaryPods });
  t.deepEqual(counts(await ask(bench, asked)), { [STABLE]: 30 });
  t.is((await toldBy(bench, CANARY)).noted.length, 20);
});
