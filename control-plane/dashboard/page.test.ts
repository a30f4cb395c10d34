// The page comes from memory, with headers that leave it nowhere else to go, and nothing else of the disk does.
import test, { type ExecutionContext } from 'ava';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { send, startTestDashboard } from './test-dashboard.ts';

const SCRIPT = `${'console.log("page");'.repeat(100)}`;

/** Goes with the test. */
function pageFolder(t: ExecutionContext): string {
  const root = mkdtempSync(join(tmpdir(), 'gantry-page-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'not yours');
  writeFileSync(join(folder, 'index.html'), '<html><meta property="csp-nonce" nonce="__CSP_NONCE__"></html>');
  writeFileSync(join(folder, 'assets', 'app-1.js'), SCRIPT);
  writeFileSync(join(folder, 'assets', 'app-1.js.map'), 'not for browsers');
  symlinkSync(join(root, 'secret.txt'), join(folder, 'assets', 'link.txt'));
  return folder;
}

test('every place of the page is its document, under a policy with a nonce of its own', async (t) => {
  const dashboard = await startTestDashboard({ pageFolder: pageFolder(t) });
  t.teardown(() => dashboard.stop());
  const { url, port } = dashboard.plane;
  const nonces = new Set<string>();
  for (const path of ['', 'index.html', 'pods/default/web-1', 'rollouts?ns=x']) {
    const answer = await send(url, 'GET', `/dashboard/${path}`);
    t.is(answer.status, 200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    nonces.add(nonce);
    t.is(
      policy.replace(nonce, 'N'),
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' data:; font-src 'self'; " +
        `connect-src 'self' ws://127.0.0.1:${port}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    t.is(await answer.text(), `<html><meta property="csp-nonce" nonce="${nonce}"></html>`);
    const headers = [
      'cache-control',
      'x-content-type-options',
      'referrer-policy',
      'cross-origin-opener-policy',
    ];
    t.deepEqual(
      headers.map((name) => answer.headers.get(name)),
      ['no-cache', 'nosniff', 'no-referrer', 'same-origin'],
    );
    t.regex(answer.headers.get('permissions-policy') ?? '', /camera=\(\)/);
  }
  t.is(nonces.size, 4);
  const head = await send(url, 'HEAD', '/dashboard/');
  t.deepEqual([head.status, await head.text()], [200, '']);
  t.is((await send(url, 'POST', '/dashboard/', {}, {})).status, 405);
});

test('assets stay in the browser for ever, packed for those who can unpack', async (t) => {
  const dashboard = await startTestDashboard({ pageFolder: pageFolder(t) });
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const path = '/dashboard/assets/app-1.js';
  const answer = await send(url, 'GET', path);
  t.is(await answer.text(), SCRIPT);
  const names = ['content-type', 'content-encoding', 'cache-control', 'vary'];
  t.deepEqual(
    names.map((name) => answer.headers.get(name)),
    [...['text/javascript; charset=utf-8', 'gzip', 'public, max-age=31536000, immutable', 'Accept-Encoding']],
  );
  const plain = await send(url, 'GET', path, { 'accept-encoding': 'identity' });
  t.is(plain.headers.get('content-encoding'), null);
  t.is(await plain.text(), SCRIPT);
  const etag = answer.headers.get('etag') ?? '';
  const known = await send(url, 'GET', path, { 'if-none-match': etag });
  t.deepEqual([known.status, await known.text()], [304, '']);
});

test('nothing outside of the page is served, however it is asked for', async (t) => {
  const dashboard = await startTestDashboard({ pageFolder: pageFolder(t) });
  t.teardown(() => dashboard.stop());
  const paths = [
    ...['/dashboard/../secret.txt', '/dashboard/assets/../../../secret.txt', '/dashboard/%2e%2e/secret.txt'],
    ...['/dashboard/assets/..%2f..%2f..%2fsecret.txt', '/dashboard/assets/%2e%2e%5c%2e%2e%5csecret.txt'],
    ...['/dashboard//etc/passwd', '/dashboard/assets/link.txt', '/dashboard/assets/app-1.js.map'],
    ...[
      '/dashboard/assets/%00',
      '/dashboard/%ff',
      '/dashboard/assets//etc/passwd',
      '/dashboard/assets/nope.js',
    ],
  ];
  for (const path of paths) {
    const text = await raw(dashboard.plane.port, path);
    t.notRegex(text, /not yours|not for browsers|root:/, path);
    if (path.includes('assets')) t.regex(text, /^HTTP\/1\.1 404/, path);
  }
});

/** `fetch` would tidy the path up before it goes out. */
function raw(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.once('close', () => resolve(text)).once('error', reject);
  });
}

test('a build without a page says so; only browsers are led to it', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const answer = await send(url, 'GET', '/dashboard/');
  t.is(answer.status, 404);
  t.regex(await answer.text(), /this build has no dashboard: run `make build`/);
  const root = await send(url, 'GET', '/', { accept: 'text/html,*/*' });
  t.deepEqual([root.status, root.headers.get('location')], [302, '/dashboard/']);
  t.is((await send(url, 'GET', '/', { accept: 'application/json' })).status, 404);
  t.is((await send(url, 'GET', '/dashboard')).status, 302);
});
