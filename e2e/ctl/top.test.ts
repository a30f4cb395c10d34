// `gantry top services` against a control plane whose nodes tell what they have counted.
import test from 'ava';
import { rowOf } from '@gantry/api/service-traffic';
import { startCtlWorld } from './ctl-world.ts';

test('traffic by revision between two readings; a sentence when there is none', async (t) => {
  let readings = 0;
  let isServing = false;
  const world = await startCtlWorld({
    traffic: {
      sums() {
        readings += isServing ? 1 : 0;
        const row = rowOf({ sessions: readings * 50, answers2xx: readings * 45, answers5xx: readings * 5 });
        const sums = new Map([['default/web', new Map([['7bcd2fg', row]])]]);
        return Promise.resolve({ sums, atMs: readings * 1_000 });
      },
      nodeMetrics: () => Promise.resolve(''),
      surplus: () => 0,
    },
  });
  t.teardown(() => world.stop());
  await world.gantry('create service clusterip web --tcp=80');
  const top = (rest: string) => world.gantry(`top service --interval 100ms ${rest}`.trim());
  t.like(await top('web'), {
    err: "Nothing has been counted for Service default/web yet: nodes count what goes through a Service's address from its first request on.\n",
    exitCode: 0,
  });
  isServing = true;
  const table = [
    'NAMESPACE   NAME   REVISION   REQ/S   OK%     4XX%   5XX%    P50   P99   RETRIES/S   BYTES/S',
    'default     web    7bcd2fg    50.0    90.00   0      10.00   -     -     0.0         0',
    '',
  ].join('\n');
  for (const which of ['', 'web', '-A'])
    t.is(await top(which).then(({ out, err }) => out + err), table, which);
  isServing = false;
  t.regex(
    (await top('')).err,
    /^Nothing went through Services of namespace default within 100ms; 300 requests/,
  );
  t.is((await top('none')).exitCode, 3);
  t.is((await top('web -A')).exitCode, 2);
  t.is((await world.gantry(['top', 'service', ''])).exitCode, 2);
  t.is((await world.gantry('top service --interval 1ms')).exitCode, 2);
});
