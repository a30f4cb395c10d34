// Volumes on a real file system, in a folder of the test.
import { mkdtemp, mkdir, readFile, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import { applyFileActions, removePodFolder } from '../machine/local/apply-file-actions.ts';
import { toyContainer, toyPod } from '../toy/toy-observed.ts';
import type { FileAction } from './file-action.ts';
import { planMounts, planVolumes, type VolumePlan } from './plan-volumes.ts';
import { volumeFolder } from './pod-folders.ts';
import { configMapSource, type SourceReader } from './sources.ts';

async function folderOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-volumes-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const context = { podIp: '', hostIp: '', nodeName: 'n1', allocatable: { cpuMilli: 1000, memoryBytes: 1024 } };
const configMap = (data: Record<string, string>, resourceVersion = '1'): SourceReader => {
  const metadata = { name: 'files', uid: 'u', resourceVersion };
  return () => configMapSource({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
};
const pod = toyPod({
  volumes: [
    { name: 'scratch', emptyDir: {} },
    { name: 'files', configMap: { name: 'files', defaultMode: 0o640 } },
  ],
});

function plan(podsFolder: string, sources: SourceReader, of = pod): VolumePlan {
  const resolution = planVolumes(of, { podsFolder, sources, context });
  if (resolution.outcome !== 'ok') throw new Error(JSON.stringify(resolution));
  return resolution.value;
}

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

test('folders and files are there, with their modes', async (t) => {
  const folder = await folderOf(t);
  await applyFileActions(plan(folder, configMap({ 'a.conf': 'one', 'b.conf': 'two' })).actions);
  t.is(await modeOf(volumeFolder(folder, 'uid-1', 'scratch')), '777');
  const files = volumeFolder(folder, 'uid-1', 'files');
  t.is(await readFile(join(files, 'a.conf'), 'utf8'), 'one');
  t.is(await modeOf(join(files, 'b.conf')), '640');
  t.is(await readlink(join(files, 'a.conf')), '..data/a.conf');
});

test('a change swaps all files at once and leaves nothing behind', async (t) => {
  const folder = await folderOf(t);
  await applyFileActions(plan(folder, configMap({ 'a.conf': 'one', 'b.conf': 'two' })).actions);
  const files = volumeFolder(folder, 'uid-1', 'files');
  const before = await readlink(join(files, '..data'));
  await applyFileActions(plan(folder, configMap({ 'a.conf': 'ONE', 'c.conf': 'three' }, '2')).actions);
  t.not(await readlink(join(files, '..data')), before);
  t.is(await readFile(join(files, 'a.conf'), 'utf8'), 'ONE');
  const names = (await readdir(files)).toSorted();
  t.deepEqual(names, ['..2', '..data', 'a.conf', 'c.conf']);
});

test('the same content is not written again', async (t) => {
  const folder = await folderOf(t);
  const { actions } = plan(folder, configMap({ 'a.conf': 'one' }));
  await applyFileActions(actions);
  const files = volumeFolder(folder, 'uid-1', 'files');
  const before = await readlink(join(files, '..data'));
  await applyFileActions(actions);
  t.is(await readlink(join(files, '..data')), before);
});

test('a write that was cut off is made whole by the next', async (t) => {
  const folder = await folderOf(t);
  const files = volumeFolder(folder, 'uid-1', 'files');
  await applyFileActions(plan(folder, configMap({ 'a.conf': 'one' })).actions);
  // As after a crash: the next generation half there, the temporary link left over, a name not linked yet.
  await mkdir(join(files, '..2'));
  await writeFile(join(files, '..2', 'a.conf'), 'ha');
  await symlink('..2', join(files, '..data_tmp'));
  await rm(join(files, 'a.conf'));
  await applyFileActions(plan(folder, configMap({ 'a.conf': 'two' }, '2')).actions);
  t.is(await readFile(join(files, 'a.conf'), 'utf8'), 'two');
  t.deepEqual((await readdir(files)).toSorted(), ['..2', '..data', 'a.conf']);
});

test('readers see the old files or the new ones, never a mixture', async (t) => {
  const folder = await folderOf(t);
  const write = (round: number): Promise<void> =>
    applyFileActions(
      plan(
        folder,
        configMap({ a: `${String(round)} `.repeat(2000), b: `${String(round)} `.repeat(10) }, String(round)),
      ).actions,
    );
  await write(0);
  const files = volumeFolder(folder, 'uid-1', 'files');
  let isDone = false;
  const reader = (async () => {
    let reads = 0;
    while (!isDone) {
      const data = join(files, await readlink(join(files, '..data')));
      const [a, b] = await Promise.all([
        readFile(join(data, 'a'), 'utf8'),
        readFile(join(data, 'b'), 'utf8'),
      ]).catch(
        // The generation was removed while it was read: a new one is there.
        () => ['same ', 'same '],
      );
      const values = new Set(`${a ?? ''}${b ?? ''}`.trim().split(' '));
      if (values.size !== 1) throw new Error(`a mixture of ${[...values].join()}`);
      reads += 1;
    }
    return reads;
  })();
  for (let round = 1; round <= 30; round += 1) await write(round);
  isDone = true;
  t.true((await reader) > 0);
});

test('nested paths, chosen entries and their modes', async (t) => {
  const folder = await folderOf(t);
  const items = [{ key: 'k', path: 'deep/er/file', mode: 0o400 }];
  const nested = toyPod({ volumes: [{ name: 'files', configMap: { name: 'files', items } }] });
  await applyFileActions(plan(folder, configMap({ k: 'v', other: 'x' }), nested).actions);
  const files = volumeFolder(folder, 'uid-1', 'files');
  t.is(await readFile(join(files, 'deep/er/file'), 'utf8'), 'v');
  t.is(await modeOf(join(files, 'deep/er/file')), '400');
  t.deepEqual((await readdir(files)).toSorted(), ['..1', '..data', 'deep']);
});

test('a missing entry is told in a sentence; an optional one is left out', (t) => {
  const missing = (optional: boolean) =>
    toyPod({
      volumes: [
        { name: 'files', configMap: { name: 'files', items: [{ key: 'nope', path: 'x' }], optional } },
      ],
    });
  const inputs = { podsFolder: '/p', sources: configMap({}), context };
  t.deepEqual(planVolumes(missing(false), inputs), {
    outcome: 'missing',
    message: 'configmap references non-existent config key: nope',
  });
  t.is(planVolumes(missing(true), inputs).outcome, 'ok');
});

test('facts about the pod, together with other sources', async (t) => {
  const folder = await folderOf(t);
  const sources = [
    { configMap: { name: 'files' } },
    { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  ];
  const base = toyPod({ volumes: [{ name: 'all', projected: { sources } }] });
  const labelled = { ...base, metadata: { ...base.metadata, labels: { a: '1' } } };
  await applyFileActions(plan(folder, configMap({ k: 'v' }), labelled).actions);
  const all = volumeFolder(folder, 'uid-1', 'all');
  t.is(await readFile(join(all, 'labels'), 'utf8'), 'a="1"');
  t.is(await readFile(join(all, 'k'), 'utf8'), 'v');
});

test('the fingerprint tells changes of sources and facts, and nothing else', (t) => {
  const one = plan('/p', configMap({ a: '1' }, '1')).fingerprint;
  t.is(plan('/p', configMap({ a: '1' }, '1')).fingerprint, one);
  t.not(plan('/p', configMap({ a: '2' }, '2')).fingerprint, one);
  t.false(one.includes('secret'));
});

const hostPath = (path: string, hostPathType: string): FileAction =>
  ({ type: 'host-path', volume: 'h', path, hostPathType }) as FileAction;

test('host paths are checked or made, by type', async (t) => {
  const folder = await folderOf(t);
  const file = join(folder, 'file');
  await writeFile(file, '');
  const fails = async (path: string, type: string): Promise<string> => {
    const error: unknown = await applyFileActions([hostPath(path, type)]).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    t.is(codeOf(error), 'volume-failed', `${type} of ${path}`);
    return messageOf(error);
  };
  await applyFileActions([
    hostPath(folder, 'Directory'),
    hostPath(file, 'File'),
    hostPath(join(folder, 'made/deep'), 'DirectoryOrCreate'),
    hostPath(join(folder, 'made/file'), 'FileOrCreate'),
    hostPath(join(folder, 'any'), ''),
    hostPath('/dev/null', 'CharDevice'),
  ]);
  t.true((await stat(join(folder, 'made/deep'))).isDirectory());
  t.true((await stat(join(folder, 'made/file'))).isFile());
  t.regex(await fails(file, 'Directory'), /hostPath type check failed: .* is not a directory/);
  await fails(folder, 'File');
  await fails(join(folder, 'nope'), 'Directory');
  await fails(file, 'Socket');
  await fails(file, 'BlockDevice');
});

test('a sub-path is made, and may not lead out of its volume', async (t) => {
  const folder = await folderOf(t);
  const root = join(folder, 'volume');
  await mkdir(root);
  await applyFileActions([{ type: 'sub-path', root, path: join(root, 'a/b') }]);
  t.true((await stat(join(root, 'a/b'))).isDirectory());
  await symlink('/etc', join(root, 'evil'));
  for (const path of [join(root, 'evil'), join(root, 'evil/new')]) {
    await t.throwsAsync(applyFileActions([{ type: 'sub-path', root, path }]), {
      message: /leads out of its volume/,
    });
  }
});

test('what a container sees: read-only where the agent writes', (t) => {
  const container = toyContainer({
    volumeMounts: [
      { name: 'scratch', mountPath: '/tmp' },
      { name: 'files', mountPath: '/etc/app', subPath: 'a.conf' },
      { name: 'scratch', mountPath: '/ro', readOnly: true },
    ],
  });
  t.deepEqual(planMounts(pod, container, '/p').mounts, [
    { source: '/p/uid-1/volumes/scratch', target: '/tmp', readOnly: false },
    { source: '/p/uid-1/volumes/files/a.conf', target: '/etc/app', readOnly: true },
    { source: '/p/uid-1/volumes/scratch', target: '/ro', readOnly: true },
  ]);
});

test('a pod folder goes with all that it holds', async (t) => {
  const folder = await folderOf(t);
  await applyFileActions(plan(folder, configMap({ a: '1' })).actions);
  await removePodFolder(join(folder, 'uid-1'));
  await removePodFolder(join(folder, 'uid-1'));
  t.deepEqual(await readdir(folder), []);
});
