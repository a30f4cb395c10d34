// Ports of pods from outside, on a real node: whole and byte for byte, by `gantry`, by @kubernetes/client-node and by
// stock kubectl where there is one.
import { createHash, randomBytes } from 'node:crypto';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import { podKind } from '@gantry/api/kinds/pod';
import { waitFor } from './local-world.ts';
import { container, isReady, openStage, podOf, type Stage } from './stage.ts';

const NS = 'default';
const BODY = randomBytes(5_000_000);
const md5 = (data: Buffer | string): string => createHash('md5').update(data).digest('hex');
const KUBECTL = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'kubectl'));
const kubectl = KUBECTL.find((file) => existsSync(file));

/**
 * 8080 says everything back; 8081 says the sum of what it was told, once that has ended; 8082 does as 8080, for the pod
 * alone. The demo's image has no server that could, so it runs in the pod's network and nowhere else of the pod.
 */
const SERVERS = `
const { createHash } = require('node:crypto');
const { createServer } = require('node:net');
const serve = (port, host, onSocket) => createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => undefined);
  onSocket(socket);
}).listen(port, host, () => console.log('listening'));
const echo = (socket) => socket.pipe(socket);
const sum = (socket) => {
  const hash = createHash('md5');
  socket.on('data', (data) => hash.update(data)).on('end', () => socket.end(hash.digest('hex')));
};
serve(8080, '0.0.0.0', echo);
serve(8081, '0.0.0.0', sum);
serve(8082, '127.0.0.1', echo);`;

let stage: Stage;

test.before(async () => {
  stage = await openStage({ agents: ['n1'] });
  const labels = { app: 'ports' };
  const ports = [{ name: 'echo', containerPort: 8080 }];
  await stage.make(NS, podOf('ports', { containers: [container(undefined, { ports })] }, labels), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'ports' },
    spec: { selector: labels, ports: [{ name: 'main', port: 80, targetPort: 'echo' }] },
  });
  await stage.podUntil(NS, 'ports', isReady, 'ready');
  await startServers();
});

let servers: ChildProcess | undefined;

async function startServers(): Promise<void> {
  const [app] = await stage.seen('n1', NS, 'app');
  const { State: state } = await stage.docker.getContainer(app?.id ?? '').inspect();
  const inside = [`--net=/proc/${state.Pid}/ns/net`, process.execPath, '-e', SERVERS];
  servers = spawn('nsenter', inside, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  servers.stdout?.on('data', (text) => (said += String(text)));
  await waitFor('servers in the pod', () => Promise.resolve(said.split('listening').length === 4));
}

test.after.always(async () => {
  servers?.kill();
  await stage?.close();
});

/** Sends, ends its half, and hears the rest. */
function exchange(port: number, body: Buffer | string, host = '127.0.0.1'): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host, allowHalfOpen: true }, () => socket.end(body));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(Buffer.concat(chunks));
    });
  });
}

/** Local ports by those of the pod, once all are listened on. */
async function portsOf(soFar: () => string, count: number): Promise<Record<number, number>> {
  const found = (): RegExpExecArray[] => [
    ...soFar().matchAll(/^Forwarding from 127\.0\.0\.1:(\d+) -> (\d+)$/gm),
  ];
  await waitFor('ports to be forwarded', () => Promise.resolve(found().length >= count));
  return Object.fromEntries(found().map(([, local, remote]) => [Number(remote), Number(local)]));
}

async function carriesAll(t: ExecutionContext, ports: Record<number, number>): Promise<void> {
  const { 8080: echo = 0, 8081: sum = 0, 8082: inner = 0 } = ports;
  t.is(md5(await exchange(echo, BODY)), md5(BODY));
  t.is((await exchange(sum, BODY)).toString(), md5(BODY));
  t.is((await exchange(inner, 'for the pod alone')).toString(), 'for the pod alone');
  const many = await Promise.all(
    Array.from({ length: 40 }, (_, index) => exchange(echo, `${index} `.repeat(2_000))),
  );
  t.deepEqual(
    many.map((answer, index) => answer.toString() === `${index} `.repeat(2_000)),
    Array.from({ length: 40 }, () => true),
  );
}

test('gantry carries all bytes, halves and connections; one that is refused ends no other', async (t) => {
  const forward = stage.start(['port-forward', 'ports', ':8080', ':8081', ':8082', ':9']);
  const ports = await portsOf(forward.soFar, 4);
  await carriesAll(t, ports);
  await t.throwsAsync(exchange(ports[9] ?? 0, 'hello'), { code: 'ECONNRESET' });
  t.is((await exchange(ports[8080] ?? 0, 'still there')).toString(), 'still there');
  forward.stop();
  const { code, out, err } = await forward.ended;
  t.is(code, 0, err);
  t.true(out.includes(`Handling connection for ${ports[8080]}\n`));
  t.is(
    err,
    `an error occurred forwarding ${ports[9]} -> 9: error forwarding port 9 to pod default/ports: ` +
      'connection to port 9 of the pod refused: nothing listens there\n',
  );
});

test('a Service leads to the port of its pod; what cannot be had is said, with a next step', async (t) => {
  const forward = stage.start(['port-forward', 'svc/ports', ':main']);
  const { 8080: local = 0 } = await portsOf(forward.soFar, 1);
  t.is((await exchange(local, 'hello')).toString(), 'hello');
  const taken = await stage.gantry(['port-forward', 'pod/ports', `${local}:8081`]);
  t.is(taken.code, 1);
  t.regex(taken.err, new RegExp(`^127\\.0\\.0\\.1:${local} is taken by another program\\.\nChoose another`));
  const noPort = await stage.gantry(['port-forward', 'svc/ports', '81']);
  t.deepEqual(noPort, { code: 2, out: '', err: 'Service ports has no port 81.\nIt has: 80 (main)\n' });
  const noName = await stage.gantry(['port-forward', 'ports', ':http']);
  t.deepEqual(noName, {
    code: 2,
    out: '',
    err: 'Pod ports has no port named "http".\nIt has: echo (8080)\n',
  });
  forward.stop();
  t.is((await forward.ended).code, 0);
});

test('the end of the pod is the end of the command', async (t) => {
  await stage.make(NS, podOf('brief', { containers: [container()] }));
  await stage.podUntil(NS, 'brief', isReady, 'ready');
  const forward = stage.start(['port-forward', 'brief', ':80']);
  await portsOf(forward.soFar, 1);
  await stage.client.delete(podKind, { namespace: NS, name: 'brief' }, { gracePeriodSeconds: 0 });
  const { code, err } = await forward.ended;
  t.is(code, 3);
  t.regex(err, /^Pod brief (is gone|has ended .*): nothing is forwarded any more\.\n$/);
});

test('@kubernetes/client-node forwards a port', async (t) => {
  const config = new KubeConfig();
  config.loadFromFile(stage.world.kubeconfig);
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  const socket = await new PortForward(config).portForward(NS, 'ports', [8081], output, errors, input);
  // It sends each piece as one message, however large.
  for (let at = 0; at < BODY.length; at += 100_000) input.write(BODY.subarray(at, at + 100_000));
  input.end();
  const answer = (): string => Buffer.concat(chunks).toString();
  await waitFor('the sum', () => Promise.resolve(answer() === md5(BODY)));
  const refused = new PassThrough();
  await new PortForward(config).portForward(NS, 'ports', [9], output, refused, new PassThrough());
  const [said] = (await refused.take(1).toArray()) as Buffer[];
  const [text = said] = said?.length === 0 ? ((await refused.take(1).toArray()) as Buffer[]) : [];
  t.regex(String(text), /^error forwarding port 9 to pod default\/ports: /);
  (socket as unknown as { close(): void }).close();
});

/** As much as a client may be told by its environment. */
const FLAVOURS: Record<string, Record<string, string>> = {
  'SPDY in a WebSocket': {},
  'SPDY alone': { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false', KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' },
};

for (const [name, flavour] of Object.entries(kubectl === undefined ? {} : FLAVOURS)) {
  const env = (): NodeJS.ProcessEnv => ({ ...process.env, KUBECONFIG: stage.world.kubeconfig, ...flavour });

  test(`kubectl port-forward: ${name}`, async (t) => {
    const child = spawn(kubectl ?? '', ['port-forward', 'ports', ':8080', ':8081', ':8082'], { env: env() });
    t.teardown(() => child.kill());
    let said = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', (text) => (said += String(text)));
    await carriesAll(t, await portsOf(() => said, 3));
    t.notRegex(said, /error/i, said);
  });

  test(`kubectl exec: ${name}`, async (t) => {
    const run = promisify(execFile)(kubectl ?? '', ['exec', '-i', 'ports', '--', 'busybox', 'md5sum'], {
      env: env(),
    });
    run.child.stdin?.on('error', () => undefined).end(BODY);
    t.is((await run).stdout, `${md5(BODY)}  -\n`);
  });
}
