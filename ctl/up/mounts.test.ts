import test from 'ava';
import { mountsBelow } from './mounts.ts';

const MOUNTS = `proc /proc proc rw 0 0
nsfs /srv/gantry/docker/exec/netns/default nsfs rw 0 0
overlay /srv/gantry/docker overlay rw 0 0
tmpfs /srv/gantry/agents/n\\0401/pods tmpfs rw 0 0
tmpfs /srv/gantry-2/pods tmpfs rw 0 0
`;

test('mounts of the folder alone, the deepest first, with blanks in their names', (t) => {
  t.deepEqual(mountsBelow(MOUNTS, '/srv/gantry'), [
    '/srv/gantry/docker/exec/netns/default',
    '/srv/gantry/agents/n 1/pods',
    '/srv/gantry/docker',
  ]);
  t.deepEqual(mountsBelow(MOUNTS, '/srv/gantry-2/pods'), ['/srv/gantry-2/pods']);
  t.deepEqual(mountsBelow('', '/srv'), []);
});
