import { chmodSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { etcdCommand, findEtcd, freePorts, isHealthy, startEtcd } from './etcd-process.ts';
import { isOlder } from './etcd-program.ts';
import { codeOf } from './operational-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'gantry-etcd-process-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fakeProgram(name: string, version: string): string {
  const bin = join(folder, name, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'etcd'), `#!/bin/sh\necho "etcd Version: ${version}"\n`);
  chmodSync(join(bin, 'etcd'), 0o755);
  return join(bin, 'etcd');
}

test('an old etcd is passed over, a named one has to be usable', async (t) => {
  const old = fakeProgram('old', '3.4.23');
  const young = fakeProgram('young', '3.6.1');
  const env = { PATH: join(folder, 'old', 'bin') };
  t.is(await findEtcd({ env, stateFolder: join(folder, 'young') }), young);
  t.is(await findEtcd({ env, program: young }), young);
  t.is(await findEtcd({ env: { ...env, GANTRY_ETCD: young } }), young);
  const refused = await t.throwsAsync(findEtcd({ env, program: old, stateFolder: join(folder, 'young') }));
  t.is(codeOf(refused), 'etcd-not-found');
  t.regex(refused?.message ?? '', /3\.4\.23/);
  const missing = await t.throwsAsync(findEtcd({ env: {} }));
  t.regex(missing?.message ?? '', /no etcd 3\.5 or newer/);
});

test('versions compare by number, not by text', (t) => {
  t.true(isOlder('3.4', '3.5'));
  t.false(isOlder('3.10', '3.5'));
  t.false(isOlder('4.0', '3.5'));
});

test('fsync is left out only when asked', (t) => {
  const settings = { program: 'etcd', dataFolder: '/d', clientPort: 1, peerPort: 2 };
  t.false(etcdCommand(settings).includes('--unsafe-no-fsync'));
  t.true(etcdCommand({ ...settings, unsafeNoFsync: true }).includes('--unsafe-no-fsync'));
});

test('etcd starts, is healthy, dies by signal, starts again with its data and stops', async (t) => {
  const program = await findEtcd({ env: process.env });
  const first = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
  t.true(await isHealthy(first.endpoint));
  first.signal('SIGKILL');
  await first.exited;
  t.false(await isHealthy(first.endpoint));
  const second = await startEtcd({ ...first.settings });
  t.is(second.endpoint, first.endpoint);
  t.true(await isHealthy(second.endpoint));
  await second.stop();
  await second.stop();
  t.false(await isHealthy(second.endpoint));
});

test('a taken port and a program that cannot run are named', async (t) => {
  const program = await findEtcd({ env: process.env });
  const [port = 0] = await freePorts(1);
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
  const start = { program, dataFolder: join(folder, 'taken'), clientPort: port };
  const taken = await t.throwsAsync(startEtcd({ ...start, logFile: join(folder, 'taken.log') }));
  t.is(codeOf(taken), 'etcd-not-started');
  t.true(taken?.message.includes(`port ${port}`));
  holder.close();
  const broken = await t.throwsAsync(startEtcd({ ...start, program: '/nonexistent/etcd' }));
  t.is(codeOf(broken), 'etcd-not-started');
});
