// Gateways, routes and Ingresses for real: HAProxy in a network namespace of the test's own.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { HTTPRouteRule } from '@gantry/api/kinds/http-route';
import { sleep, systemClock } from '@gantry/kit/clock';
import { openBench, requests, startPods, until, type Bench } from './test-bench.ts';
import { aGateway, anIngress, aRoute, aTcpRoute, aTlsSecret, lists } from './test-routes.ts';
import { aService, aSlice } from './test-services.ts';

const NODE = '10.244.0.254';
const echo = { name: 'http', port: 8081 };
const services = [
  aService('web', '10.96.0.1'),
  aService('canary', '10.96.0.2'),
  aService('idle', '10.96.0.3'),
  aService('plain', '10.96.0.4', { name: 'db', port: 80 }),
  aService('db', '10.96.0.5', { name: 'db', port: 5432 }),
];
const slices = [
  aSlice('web', ['10.244.0.1'], echo),
  aSlice('canary', ['10.244.0.2'], echo),
  aSlice('plain', ['10.244.0.3'], { name: 'db', port: 8081 }),
  aSlice('db', ['10.244.0.3'], { name: 'db', port: 5432 }),
];
const http = { name: 'http', port: 8000, protocol: 'HTTP' };
const to = (name: string, weight = 1): { name: string; port: number; weight: number } => ({
  ...{ name, port: 80, weight },
});
const at = (value: string, type: 'Exact' | 'PathPrefix' | 'RegularExpression' = 'PathPrefix') => ({
  path: { type, value },
});

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: { address?: string; url?: string; headers?: Record<string, string> };
  text: string;
}

function curl(bench: Bench, ...args: string[]): Promise<Answer> {
  const argv = [...bench.through.slice(1), 'curl', '-sk', '-i', '--max-time', '10', ...args];
  return new Promise((resolve, reject) =>
    execFile(bench.through[0] ?? '', argv, (error, stdout) => {
      if (error !== null) return reject(new Error(`curl ${args.join(' ')}: ${error.message}`));
      const cut = stdout.indexOf('\r\n\r\n');
      const [first = '', ...lines] = stdout.slice(0, cut).split('\r\n');
      const text = stdout.slice(cut + 4);
      const headers = Object.fromEntries(
        lines.map((line) => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 2),
        ]),
      );
      const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Answer['body'];
      resolve({ status: Number(first.split(' ')[1]), headers, body, text });
    }),
  );
}

test.serial(
  'requests go by host, path, method, header and parameter, and are changed on their way',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    const nasty = `it's "%[env(HOME)]" # } if TRUE \\ ü`;
    const rules: HTTPRouteRule[] = [
      { matches: [at('/exact', 'Exact')], backendRefs: [to('canary')] },
      { matches: [at('/pre')], backendRefs: [to('canary')] },
      { matches: [at('/v[0-9]+(/.*)?', 'RegularExpression')], backendRefs: [to('plain')] },
      { matches: [{ headers: [{ name: 'X-Who', value: nasty }] }], backendRefs: [to('canary')] },
      {
        matches: [{ queryParams: [{ name: 'q', value: 'a b' }], method: 'POST' }],
        backendRefs: [to('canary')],
      },
      {
        matches: [at('/set')],
        filters: [
          {
            type: 'RequestHeaderModifier',
            requestHeaderModifier: {
              set: [{ name: 'X-Nasty', value: nasty }],
              add: [{ name: 'X-More', value: '2' }],
              remove: ['X-Gone'],
            },
          },
          {
            type: 'ResponseHeaderModifier',
            responseHeaderModifier: { set: [{ name: 'X-Back', value: '100%{x}' }] },
          },
        ],
        backendRefs: [to('web')],
      },
      {
        matches: [at('/old/')],
        filters: [
          {
            type: 'URLRewrite',
            urlRewrite: {
              hostname: 'inner',
              path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' },
            },
          },
        ],
        backendRefs: [to('web')],
      },
      {
        matches: [at('/strip')],
        filters: [
          {
            type: 'URLRewrite',
            urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
          },
        ],
        backendRefs: [to('web')],
      },
      {
        matches: [at('/away')],
        filters: [
          {
            type: 'RequestRedirect',
            requestRedirect: {
              scheme: 'https',
              path: { type: 'ReplaceFullPath', replaceFullPath: '/x' },
              statusCode: 301,
            },
          },
        ],
      },
      {
        matches: [at('/port')],
        filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'b.example' } }],
      },
      { matches: [at('/missing')], backendRefs: [to('nobody')] },
      { matches: [at('/idle')], backendRefs: [to('idle')] },
      { matches: [at('/slow')], timeouts: { request: '1s' }, backendRefs: [to('web')] },
      { backendRefs: [to('web')] },
    ];
    const routes = lists({
      gateways: [
        aGateway('gw', [
          http,
          { ...http, name: 'sub', hostname: '*.example.com' },
          { name: 'tcp', port: 8001, protocol: 'TCP' },
        ]),
      ],
      httpRoutes: [
        aRoute('all', rules, { parentRefs: [{ name: 'gw', sectionName: 'http' }] }),
        aRoute('sub', [{ backendRefs: [to('canary')] }], {
          parentRefs: [{ name: 'gw', sectionName: 'sub' }],
          hostnames: ['a.example.com'],
        }),
      ],
      tcpRoutes: [aTcpRoute('db', 'db', 5432, 'tcp')],
    });
    await bench.apply({ services, slices, routes });
    const get = (path: string, ...args: string[]) => curl(bench, `http://${NODE}:8000${path}`, ...args);
    const [WEB, CANARY, PLAIN] = ['10.244.0.1', '10.244.0.2', '10.244.0.3'];
    const to1 = async (path: string, ...args: string[]) => (await get(path, ...args)).body.address;
    t.is(await to1('/'), WEB);
    t.is(await to1('/exact'), CANARY);
    t.is(await to1('/exact/'), WEB);
    t.is(await to1('/pre'), CANARY);
    t.is(await to1('/pre/x?y'), CANARY);
    t.is(await to1('/prefix'), WEB);
    t.is(await to1('/v12/a'), PLAIN);
    t.is(await to1('/v/a'), WEB);
    t.is(await to1('/', '-H', `X-Who: ${nasty}`), CANARY);
    t.is(await to1('/', '-H', 'X-Who: other'), WEB);
    t.is(await to1('/?q=a%20b', '-X', 'POST'), CANARY);
    t.is(await to1('/?q=a%20b'), WEB);
    t.is(await to1('/', '-H', 'Host: A.example.com:8000'), CANARY);
    t.is((await get('/', '-H', 'Host: b.example.com')).headers['x-gantry-proxy-reason'], 'no-route');
    const set = await get('/set', '-H', 'X-Gone: 1', '-H', 'X-More: 1', '-H', 'X-Nasty: 1');
    t.is(Buffer.from(set.body.headers?.['x-nasty'] ?? '', 'latin1').toString(), nasty);
    t.is(set.body.headers?.['x-more'], '1, 2');
    t.is(set.body.headers?.['x-gone'], undefined);
    t.is(set.headers['x-back'], '100%{x}');
    const rewritten = await get('/old/a/b?c=1');
    t.is(rewritten.body.url, '/new/a/b?c=1');
    t.is(rewritten.body.headers?.['host'], 'inner');
    t.is((await get('/old')).body.url, '/new');
    t.is((await get('/strip')).body.url, '/');
    t.is((await get('/strip/x')).body.url, '/x');
    const away = await get('/away?a=1');
    t.deepEqual([away.status, away.headers['location']], [301, `https://${NODE}/x?a=1`]);
    t.is((await get('/port/p')).headers['location'], 'http://b.example:8000/port/p');
    const missing = await get('/missing');
    t.deepEqual([missing.status, missing.headers['x-gantry-proxy-reason']], [503, 'no-service']);
    const idle = await get('/idle');
    t.deepEqual([idle.status, idle.headers['x-gantry-proxy-reason']], [503, 'no-endpoint']);
    t.is((await get('/slow')).status, 504);
    const tcp = await bench.run(
      `require('node:net').connect(8001, '${NODE}').on('data', (d) => console.log(String(d)))`,
    );
    t.is(tcp.trim(), PLAIN);
  },
);

test.serial(
  'weights are exact to the count, and change without a reload; a Service is treated as well',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    const plainPods = [aSlice('web', ['10.244.0.1', '10.244.0.3']), aSlice('canary', ['10.244.0.2'])];
    const split = (web: number, canary: number) =>
      lists({
        gateways: [aGateway('gw', [http])],
        httpRoutes: [
          aRoute('split', [{ backendRefs: [to('web', web), to('canary', canary)] }], {
            parentRefs: [{ name: 'gw' }, { group: '', kind: 'Service', name: 'web', port: 80 }],
          }),
        ],
      });
    await bench.apply({ services, slices: plainPods, routes: split(90, 10) });
    const { reloads } = bench.proxy.metrics();
    const counts = async (url: string, count: number): Promise<unknown> =>
      JSON.parse(await bench.run(requests(url, count)));
    t.deepEqual(await counts(`http://${NODE}:8000/`, 200), {
      '10.244.0.1': 90,
      '10.244.0.3': 90,
      '10.244.0.2': 20,
    });
    t.deepEqual(await counts('http://10.96.0.1/', 100), {
      '10.244.0.1': 45,
      '10.244.0.3': 45,
      '10.244.0.2': 10,
    });
    await bench.apply({ services, slices: plainPods, routes: split(50, 50) });
    t.deepEqual(await counts(`http://${NODE}:8000/`, 200), {
      '10.244.0.1': 50,
      '10.244.0.3': 50,
      '10.244.0.2': 100,
    });
    await bench.apply({ services, slices: plainPods, routes: split(0, 1) });
    t.deepEqual(await counts('http://10.96.0.1/', 20), { '10.244.0.2': 20 });
    await bench.apply({ services, slices: [plainPods[0] ?? aSlice('web', [])], routes: split(3, 1) });
    const shares = (await counts(`http://${NODE}:8000/`, 40)) as Record<string, number>;
    t.is(shares['no-endpoint'], 10);
    t.is(bench.proxy.metrics().reloads, reloads);
    await bench.stop();
    bench.start();
    await bench.apply({ services, slices: plainPods, routes: split(1, 0) });
    t.is(bench.proxy.metrics().reloads, 0, 'it was adopted with its routes');
    t.deepEqual(await counts('http://10.96.0.1/', 20), { '10.244.0.1': 10, '10.244.0.3': 10 });
  },
);

test.serial('a route that changes under load loses no request', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  const route = (path: string) =>
    lists({
      gateways: [aGateway('gw', [http])],
      httpRoutes: [
        aRoute('r', [{ matches: [at(path)], backendRefs: [to('canary')] }, { backendRefs: [to('web')] }]),
      ],
    });
  const own = [aSlice('web', ['10.244.0.1']), aSlice('canary', ['10.244.0.2'])];
  await bench.apply({ services, slices: own, routes: route('/a') });
  const load = bench.run(requests(`http://${NODE}:8000/`, 400));
  for (const path of ['/b', '/c', '/d']) {
    await bench.apply({ services, slices: own, routes: route(path) });
    await sleep(systemClock, 200);
  }
  t.deepEqual(JSON.parse(await load), { '10.244.0.1': 400 });
  t.true(bench.proxy.metrics().reloads >= 4);
});

function certificate(folder: string, host: string): { certificate: string; key: string } {
  const [cert, key] = [join(folder, `${host}.crt`), join(folder, `${host}.key`)];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  execFileSync('openssl', [...args, '-subj', `/CN=${host}`, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { certificate: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

test.serial(
  'TLS by host, for Gateways and Ingresses; keys that do not match and ports of others are told',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-certs-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const [a, b, c] = ['a.example', 'b.example', 'c.example'].map((host) => certificate(folder, host));
    if (a === undefined || b === undefined || c === undefined) return t.fail();
    const bench = await openBench(t);
    await startPods(bench);
    const other = bench.program(`require('node:net').createServer().listen(8002, () => console.log('up'))`);
    await new Promise((resolve) => other.stdout?.once('data', resolve));
    const tls = (name: string) => ({ certificateRefs: [{ name }] });
    const routes = lists({
      gateways: [
        aGateway('gw', [
          http,
          { name: 'a', hostname: 'a.example', port: 8443, protocol: 'HTTPS', tls: tls('a') },
          { name: 'b', hostname: 'b.example', port: 8443, protocol: 'HTTPS', tls: tls('b') },
          { name: 'bad', hostname: 'bad.example', port: 8443, protocol: 'HTTPS', tls: tls('bad') },
          { name: 'held', port: 8002, protocol: 'HTTP' },
        ]),
      ],
      httpRoutes: [aRoute('r', [{ backendRefs: [to('web')] }])],
      ingresses: [
        anIngress('i', {
          tls: [{ hosts: ['c.example'], secretName: 'c' }],
          rules: [
            {
              host: 'c.example',
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: 'canary', port: { name: 'http' } } },
                  },
                ],
              },
            },
          ],
        }),
      ],
      secrets: [
        aTlsSecret('a', a.certificate, a.key),
        aTlsSecret('b', b.certificate, b.key),
        aTlsSecret('c', c.certificate, c.key),
        aTlsSecret('bad', a.certificate, b.key),
      ],
    });
    await bench.apply({ services, slices, routes });
    t.regex(bench.proxy.listenerFault() ?? '', /listener held: port 8002 is held by the program node/);
    t.is(bench.proxy.error(), undefined);
    const tlsGet = (host: string, port: number, path = '/') =>
      curl(bench, '-v', '--resolve', `${host}:${port}:${NODE}`, `https://${host}:${port}${path}`);
    const seen = await tlsGet('a.example', 8443);
    t.is(seen.body.address, '10.244.0.1');
    t.is(seen.body.headers?.['x-forwarded-proto'], 'https');
    t.is((await tlsGet('c.example', 443)).body.address, '10.244.0.2');
    t.is((await curl(bench, `http://${NODE}/`, '-H', 'Host: c.example')).body.address, '10.244.0.2');
    await t.throwsAsync(tlsGet('bad.example', 8443));
    const shown = await bench.run(`
    const s = require('node:tls').connect({ port: 8443, host: '${NODE}', servername: 'b.example', rejectUnauthorized: false },
      () => { console.log(s.getPeerCertificate().subject.CN); s.end(); });`);
    t.is(shown.trim(), 'b.example');
    const files = readdirSync(bench.folder).filter((name) => name.startsWith('cert-'));
    t.is(files.length, 3);
    for (const name of files) t.is(statSync(join(bench.folder, name)).mode & 0o777, 0o600);
    other.kill('SIGKILL');
    await until(
      async () => (await curl(bench, `http://${NODE}:8002/`).catch(() => undefined))?.status === 200,
      bench.proxy,
    );
    await until(() => bench.proxy.listenerFault() === undefined, bench.proxy);
    await bench.apply({ services, slices, routes: lists({}) });
    t.deepEqual(
      readdirSync(bench.folder).filter((name) => name.startsWith('cert-')),
      [],
    );
  },
);
