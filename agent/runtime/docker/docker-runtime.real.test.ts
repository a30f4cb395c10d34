import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { freePorts } from '@gantry/kit/etcd-process';
import { silentLogger } from '@gantry/kit/logger';
import Docker from 'dockerode';
import { testRuntimeContract } from '../runtime-contract.ts';
import { importTestImage, type TestImage } from '../test-image.ts';
import { removeNodeContainers } from './cleanup.ts';
import { createDockerRuntime } from './docker-runtime.ts';
import { shellPrograms } from './shell-programs.ts';

const docker = new Docker();
let image: TestImage;
let stateFolder: string;

test.before(async () => {
  image = await importTestImage(docker);
  stateFolder = await mkdtemp(join(tmpdir(), 'gantry-runtime-'));
});

test.after.always(async () => {
  await image.remove();
  await rm(stateFolder, { recursive: true });
});

testRuntimeContract(test, {
  open: (nodeName) =>
    createDockerRuntime({
      nodeName,
      stateFolder: join(stateFolder, nodeName),
      dockerHost: process.env.DOCKER_HOST,
      clock: systemClock,
      logger: silentLogger,
      warmPoolSize: 0,
    }),
  imageId: () => image.id,
  programs: shellPrograms,
  clock: systemClock,
  async hostFolder(t) {
    const path = await mkdtemp(join(tmpdir(), 'gantry-contract-'));
    t.teardown(() => rm(path, { recursive: true }));
    await chmod(path, 0o755);
    return {
      path,
      write: (name, text) => writeFile(join(path, name), text),
      read: (name) => readFile(join(path, name), 'utf8'),
    };
  },
  freePort: async () => (await freePorts(1))[0] ?? 0,
  cleanUp: (nodeName) => removeNodeContainers({ nodeName, dockerHost: process.env.DOCKER_HOST }),
});
