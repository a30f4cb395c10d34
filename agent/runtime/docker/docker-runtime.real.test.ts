import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import Docker from 'dockerode';
import { testRuntimeContract } from '../runtime-contract.ts';
import { importTestImage, type TestImage } from '../test-image.ts';
import { removeNodeContainers } from './cleanup.ts';
import { createDockerRuntime } from './docker-runtime.ts';

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
  cleanUp: (nodeName) => removeNodeContainers({ nodeName, dockerHost: process.env.DOCKER_HOST }),
});
