// Applying 100 objects that are there already, unchanged: no write may reach etcd.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, type LocalWorld } from '../cluster/local-world.ts';
import { secondsOf, type Bench, type Workbench } from './bench.ts';
import { openEtcd, type EtcdReader } from './etcd-reader.ts';
import { short, type Figure } from './figure.ts';
import { NAMESPACE } from './workload.ts';

const run = promisify(execFile);
const OBJECTS = 100;
/** What is written all the time, whoever applies: heartbeats, the node's state, leadership. */
const OWN_PULSE =
  /^\/gantry\/(coordination\.k8s\.io\/leases\/|core\/nodes\/|core\/events\/|events\.k8s\.io\/|leader)/;

export const applyUnchanged: Bench = { name: 'apply-unchanged', run: measureApply };

async function measureApply(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld();
  const etcd = openEtcd(world.etcd.endpoint);
  try {
    const file = join(world.folder, 'objects.json');
    writeFileSync(file, JSON.stringify(manifest()));
    const firstSeconds = await secondsOf(() => applyFile(world, file));
    const before = await etcd.revision();
    const secondSeconds = await secondsOf(() => applyFile(world, file));
    const written = await writtenSince(etcd, before);
    if (written.length > 0) bench.say(`written: ${written.slice(0, 5).join(', ')}`);
    return [
      {
        what: `apply of ${OBJECTS} unchanged objects: writes to etcd`,
        target: '0',
        measured: `${written.length} writes, ${short(secondSeconds)} s`,
        reference: `first apply, ${OBJECTS} writes: ${short(firstSeconds)} s`,
        ratio: secondSeconds / firstSeconds,
        met: written.length === 0,
      },
    ];
  } finally {
    etcd.close();
    await world.stop();
  }
}

/** ConfigMaps, and Deployments without pods, so that what controllers write on their own has ended soon. */
function manifest(): unknown {
  const items = Array.from({ length: OBJECTS }, (_, index) => ({
    apiVersion: 'v1',
    kind: index % 2 === 0 ? 'ConfigMap' : 'Secret',
    metadata: { name: `object-${index}`, namespace: NAMESPACE, labels: { app: 'unchanged' } },
    ...(index % 2 === 0 ? { data: { key: `value ${index}` } } : { stringData: { key: `value ${index}` } }),
  }));
  return { apiVersion: 'v1', kind: 'List', items };
}

async function applyFile(world: LocalWorld, file: string): Promise<void> {
  const args = [join(REPOSITORY, 'bin', 'gantry'), 'apply', '-f', file];
  const env = { ...process.env, KUBECONFIG: world.kubeconfig };
  await run(process.execPath, args, { env, timeout: 60_000 });
}

async function writtenSince(etcd: EtcdReader, revision: number): Promise<string[]> {
  return (await etcd.keysWrittenSince('/gantry/', revision)).filter((key) => !OWN_PULSE.test(key));
}
