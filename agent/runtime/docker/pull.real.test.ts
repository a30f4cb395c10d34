// Pulling from a real registry on this machine. Skipped where there is none to start (Debian's docker-registry).
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest from 'ava';
import { freePorts } from '@gantry/kit/etcd-process';
import { sleep, systemClock } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import Docker from 'dockerode';
import { importTestImage, type TestImage } from '../test-image.ts';
import { createEngine } from './engine.ts';
import { createImages } from './images.ts';

const PROGRAM = '/usr/bin/docker-registry';
const USER = { username: 'user', password: 'letmein' };
/** The password above, as the registry wants it. */
const HTPASSWD = 'user:$2b$04$/gmM4SwyFMOHNjrEvlTBIucmE7KZxJdo11N3q.hAUY8.xMWQ0WE2C\n';

const test = existsSync(PROGRAM) ? anyTest.serial : anyTest.skip;
const docker = new Docker();
const engine = createEngine({ address: { dockerHost: process.env.DOCKER_HOST }, clock: systemClock });
const images = createImages({ engine, clock: systemClock });

interface Registry {
  address: string;
  stop(): Promise<void>;
}

let image: TestImage;
let open: Registry;
let guarded: Registry;

anyTest.before(async () => {
  if (!existsSync(PROGRAM)) return;
  image = await importTestImage(docker);
  [open, guarded] = await Promise.all([startRegistry(false), startRegistry(true)]);
  await push(`${open.address}/team/app`, 'v1');
  await push(`${guarded.address}/team/app`, 'v1');
});

anyTest.after.always(async () => {
  if (!existsSync(PROGRAM)) return;
  await Promise.all([open.stop(), guarded.stop()]);
  await image.remove();
  engine.close();
});

test('an image is pulled when it is not here, and not again unless that is wanted', async (t) => {
  const name = `${open.address}/team/app:v1`;
  const first = await images.ensureImage(name, 'IfNotPresent');
  t.like(first, { id: image.id, pulled: true });
  t.true(first.sizeBytes > 0);
  t.like(await images.ensureImage(name, 'IfNotPresent'), { id: image.id, pulled: false });
  t.like(await images.ensureImage(name, 'Never'), { id: image.id, pulled: false });
  t.like(await images.ensureImage(name, 'Always'), { id: image.id, pulled: true });
  const listed = (await images.listImages()).find(({ id }) => id === image.id);
  t.true(listed?.names.includes(name));
  const byDigest = listed?.names.find((each) => each.includes('@')) ?? '';
  t.like(await images.ensureImage(byDigest, 'Always'), { id: image.id, pulled: true });
  await forget(name);
});

test('what is not there, or is nowhere, says so', async (t) => {
  await t.throwsAsync(images.ensureImage(`${open.address}/team/app:v2`, 'IfNotPresent'), {
    code: 'image-not-found',
  });
  await t.throwsAsync(images.ensureImage(`${open.address}/team/none`, 'Always'), { code: 'image-not-found' });
  const [port = 0] = await freePorts(1);
  const nobody = `127.0.0.1:${port}/team/app:v1`;
  const error = await t.throwsAsync(images.ensureImage(nobody, 'Always'), { code: 'image-pull-failed' });
  t.regex(error.message, /connection refused/);
});

test('a registry that asks who we are is told, or refuses', async (t) => {
  const name = `${guarded.address}/team/app:v1`;
  const auth = { ...USER, serverAddress: guarded.address };
  await t.throwsAsync(images.ensureImage(name, 'IfNotPresent'), { code: 'image-pull-auth' });
  const wrong = images.ensureImage(name, 'IfNotPresent', { auth: { ...auth, password: 'guess' } });
  await t.throwsAsync(wrong, { code: 'image-pull-auth' });
  t.like(await images.ensureImage(name, 'IfNotPresent', { auth }), { id: image.id, pulled: true });
  await forget(name);
});

test('many who want the same image wait for one pull; who leaves does not stop the others', async (t) => {
  const name = `${open.address}/team/app:v1`;
  const leaving = new AbortController();
  const left = images.ensureImage(name, 'Always', { signal: leaving.signal });
  const staying = [1, 2, 3].map(() => images.ensureImage(name, 'Always'));
  leaving.abort(new Error('not wanted any more'));
  await t.throwsAsync(left, { message: 'not wanted any more' });
  for (const pulled of await Promise.all(staying)) t.is(pulled.id, image.id);
  const alone = new AbortController();
  const given = images.ensureImage(name, 'Always', { signal: alone.signal });
  alone.abort(new Error('gone'));
  await t.throwsAsync(given, { message: 'gone' });
  t.is((await images.ensureImage(name, 'Always')).id, image.id);
  await forget(name);
});

test('an image goes with all its names, unless a container needs it', async (t) => {
  const own = await importTestImage(docker);
  t.teardown(() => own.remove().catch(() => undefined));
  await docker.getImage(own.id).tag({ repo: 'gantry-test/second-name', tag: 'v1' });
  const container = await docker.createContainer({ Image: own.id, Cmd: ['true'] });
  await images.removeImage(own.id);
  t.like(await images.ensureImage(own.id, 'Never'), { id: own.id });
  t.is((await images.listImages()).find(({ id }) => id === own.id)?.names.length, 2);
  await container.remove();
  await images.removeImage(own.id);
  await t.throwsAsync(images.ensureImage('gantry-test/second-name:v1', 'Never'), {
    code: 'image-never-pull',
  });
  await images.removeImage(own.id);
});

async function startRegistry(withPassword: boolean): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-registry-'));
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const auth = `auth:\n  htpasswd:\n    realm: test\n    path: ${folder}/htpasswd\n`;
  const storage = `storage:\n  filesystem:\n    rootdirectory: ${folder}/data\n`;
  const config = `version: 0.1\nlog:\n  level: error\n${storage}http:\n  addr: ${address}\n${withPassword ? auth : ''}`;
  await writeFile(join(folder, 'htpasswd'), HTPASSWD);
  await writeFile(join(folder, 'config.yml'), config);
  const child = spawn(PROGRAM, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  await untilServing(child, address);
  return {
    address,
    async stop() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true });
    },
  };
}

async function untilServing(child: ChildProcess, address: string): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(systemClock, 50);
  }
  throw new Error('the registry did not start');
}

async function push(repository: string, tag: string): Promise<void> {
  await docker.getImage(image.id).tag({ repo: repository, tag });
  const authconfig = { ...USER, serveraddress: repository.split('/')[0] ?? '' };
  const progress = await docker.getImage(`${repository}:${tag}`).push({ authconfig });
  let text = '';
  for await (const chunk of progress as AsyncIterable<Buffer>) text += chunk.toString();
  if (text.includes('errorDetail')) throw new Error(text);
  await forget(`${repository}:${tag}`);
}

/** Takes a name away; the image itself stays as long as it has the test's own. */
async function forget(name: string): Promise<void> {
  await docker
    .getImage(name)
    .remove()
    .catch((error: unknown) => {
      if (!messageOf(error).includes('no such image')) throw error;
    });
}
