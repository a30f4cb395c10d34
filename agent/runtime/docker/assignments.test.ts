import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createAssignments } from './assignments.ts';

const pod = { namespace: 'default', name: 'web', uid: 'u-1' };

test('what was kept is there after a restart, what was only reserved or released is not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-assignments-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const before = createAssignments(folder);
  await before.load();
  before.reserve('kept', pod);
  await before.keep('kept');
  before.reserve('reserved', { ...pod, uid: 'u-2' });
  before.reserve('released', { ...pod, uid: 'u-3' });
  await before.keep('released');
  await before.release('released');
  t.deepEqual(before.podOf('kept'), pod);
  t.is(before.sandboxOf('u-2'), 'reserved');

  await writeFile(join(folder, 'sandboxes', 'torn.json'), '{"uid":');
  await writeFile(join(folder, 'sandboxes', 'left.json.tmp'), JSON.stringify(pod));
  const after = createAssignments(folder);
  await after.load();
  t.deepEqual(after.podOf('kept'), pod);
  t.is(after.sandboxOf('u-1'), 'kept');
  t.is(
    after.podOf('reserved') ?? after.podOf('released') ?? after.podOf('torn') ?? after.podOf('left'),
    undefined,
  );

  await after.keepOnly(new Set(['other']));
  t.is(after.podOf('kept'), undefined);
  t.false((await readdir(join(folder, 'sandboxes'))).includes('kept.json'));
});
