import test from 'ava';
import { cpuMilliBetween } from '../cpu-rate.ts';
import { cgroupFoldersOf, folderOfSibling } from './proc-cgroup.ts';
import { parseVersion1, parseVersion2 } from './usage.ts';

const ID = 'c0ffee';

test('folders of control groups, version 1', (t) => {
  const text = `12:memory:/docker/${ID}\n11:cpu,cpuacct:/docker/${ID}\n1:name=systemd:/docker/${ID}\n0::/`;
  t.deepEqual(cgroupFoldersOf(text), {
    version: 1,
    memory: `/sys/fs/cgroup/memory/docker/${ID}`,
    cpu: `/sys/fs/cgroup/cpuacct/docker/${ID}`,
  });
});

test('folders of control groups, version 2', (t) => {
  const folder = `/sys/fs/cgroup/system.slice/docker-${ID}.scope`;
  t.deepEqual(cgroupFoldersOf(`0::/system.slice/docker-${ID}.scope\n`), {
    version: 2,
    memory: folder,
    cpu: folder,
  });
  t.is(folderOfSibling(folder, ID, 'beef'), '/sys/fs/cgroup/system.slice/docker-beef.scope');
  t.is(folderOfSibling('/sys/fs/cgroup/x', ID, 'beef'), undefined);
  t.is(cgroupFoldersOf(''), undefined);
});

test('the working set leaves out files that nobody used lately', (t) => {
  const stat1 = 'cache 5\ninactive_file 1\ntotal_inactive_file 400\n';
  t.deepEqual(parseVersion1('7000000\n', '1000\n', stat1), { cpuNs: 7_000_000, memoryBytes: 600 });
  const stat2 = 'anon 5\ninactive_file 400\nactive_file 3\n';
  t.deepEqual(parseVersion2('usage_usec 7000\nuser_usec 1\n', '1000\n', stat2), {
    cpuNs: 7_000_000,
    memoryBytes: 600,
  });
});

test('a rate needs some time between two readings', (t) => {
  t.is(cpuMilliBetween({ cpuNs: 0, atMs: 0 }, { cpuNs: 500_000_000, atMs: 1000 }), 500);
  t.is(cpuMilliBetween({ cpuNs: 9, atMs: 0 }, { cpuNs: 0, atMs: 1000 }), 0);
  t.is(cpuMilliBetween({ cpuNs: 0, atMs: 0 }, { cpuNs: 500, atMs: 10 }), undefined);
});
