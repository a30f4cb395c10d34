// The suite that Docker passes too, on a clock of the test.
import test from 'ava';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createHollowDisk } from '../../machine/hollow/hollow-disk.ts';
import { testRuntimeContract } from '../runtime-contract.ts';
import { contractImage, hollowPrograms } from './contract-image.ts';
import { createHollowEngine } from './hollow-engine.ts';
import { createHollowRuntime } from './hollow-runtime.ts';

const clock = new VirtualClock(Date.UTC(2026, 0, 1));
const random = seededRandom(1);
const disk = createHollowDisk();
const engine = createHollowEngine({
  ...{ clock, random, disk, ids: idsFrom(random) },
  ...{ podSubnet: '10.64.0', hostAddress: '192.0.2.1', cpuMilli: 4000, memoryBytes: 8 * 1024 ** 3 },
});
engine.images.add(contractImage);

let isOver = false;
let folders = 0;
let ports = 20_000;

/** Time passes as soon as there is nothing else to do. */
function letTimePass(): void {
  const dueMs = clock.nextDueMs();
  if (dueMs !== undefined) clock.advance(dueMs - clock.nowMs());
  if (!isOver) setImmediate(letTimePass);
}

test.before(letTimePass);
test.after.always(() => {
  isOver = true;
});

testRuntimeContract(test, {
  open: (nodeName) => createHollowRuntime({ engine, nodeName }),
  imageId: () => contractImage.id,
  programs: hollowPrograms,
  clock,
  hostFolder() {
    folders += 1;
    const path = `/host/${String(folders)}`;
    disk.makeFolder(path);
    return Promise.resolve({
      path,
      write: (name: string, text: string) => Promise.resolve(disk.write(`${path}/${name}`, text)),
      read: (name: string) => Promise.resolve(disk.read(`${path}/${name}`) ?? ''),
    });
  },
  freePort: () => Promise.resolve((ports += 1)),
  cleanUp(nodeName) {
    const { state, containers, sandboxes } = engine.parts;
    for (const { id, node } of state.containers.values()) if (node === nodeName) containers.remove(id);
    for (const { id, node } of state.sandboxes.values()) if (node === nodeName) sandboxes.remove(id);
    return Promise.resolve();
  },
  exceptions: { rights: 'a hollow program is no process: there is no kernel that could bind it' },
});
