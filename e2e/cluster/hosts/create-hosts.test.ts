// The made-up hosts themselves: apart, with a cable that can be cut, and gone without a trace, also after a kill.
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { processesOf } from '@gantry/ctl/up/hosts/processes-of';
import { systemRandom } from '@gantry/kit/random';
import { programRunner } from '@gantry/kit/system-program';
import { createHosts, sweepHosts } from './create-hosts.ts';
import { patiently } from './host-programs.ts';

const run = programRunner();

test.serial('hosts reach each other while their cables are whole; two sets are apart', async (t) => {
  const [one, other] = await Promise.all([
    createHosts({ count: 2 }),
    createHosts({ count: 1, outsiders: 1 }),
  ]);
  t.teardown(() => Promise.all([one.end(), other.end()]));
  const [a, b] = one.hosts;
  if (a === undefined || b === undefined) throw new Error('two hosts are needed');
  const reaches = (address: string): Promise<boolean> =>
    a.run(['busybox', 'ping', '-c', '1', '-W', '1', address]).then(
      () => true,
      () => false,
    );
  const whole = (): Promise<void> => patiently('an answer over a whole cable', () => reaches(b.address));
  await whole();
  t.false(await reaches(other.outsiders[0]?.address ?? ''));
  t.not(a.address, other.hosts[0]?.address);
  await b.cutLink();
  t.false(await reaches(b.address));
  await b.healLink();
  await whole();
  t.deepEqual(await a.docker.listContainers(), []);
});

test.serial('sets that begin at the same addresses at the same time come apart', async (t) => {
  const chances = Array.from({ length: 3 }, (): (() => number) => {
    const first = [0];
    return () => first.pop() ?? systemRandom.next();
  });
  const sets = await Promise.allSettled(chances.map((chance) => createHosts({ count: 1, chance })));
  const made = sets.flatMap((set) => (set.status === 'fulfilled' ? [set.value] : []));
  t.teardown(() => Promise.all(made.map(({ end }) => end())));
  t.is(made.length, sets.length);
  t.is(new Set(made.map(({ rootAddress }) => rootAddress)).size, sets.length);
});

test.serial('the next run undoes a set whose run was killed', async (t) => {
  const { hosts, end } = await createHosts({ count: 1 });
  t.teardown(end);
  const [host] = hosts;
  if (host === undefined) throw new Error('no host');
  const folder = dirname(dirname(host.socketPath));
  const prefix = host.name.replace(/\d+$/, '');
  await sweepHosts();
  t.true(existsSync(folder), 'its run is alive');
  // A pid that is taken again by another process began at another time.
  writeFileSync(join(folder, 'owner'), `${process.pid} 1`);
  await sweepHosts();
  t.false(existsSync(folder));
  t.deepEqual(processesOf(`${folder}/`), []);
  t.false((await run(['ip', 'netns', 'list'])).includes(prefix));
  t.false((await run(['ip', '-brief', 'link'])).includes(prefix.replaceAll('-', '')));
});
