import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { homeFrom } from '../../home.ts';
import { cablingId, madeHost, wantedNodes } from './made-host.ts';

const at = (folder: string) => homeFrom({ GANTRY_HOME: join(tmpdir(), folder) });
const home = at('gantry-no-such-folder');

test('one node unless it is said otherwise', (t) => {
  t.is(wantedNodes(home, undefined), 1);
  t.is(wantedNodes(home, '3'), 3);
  t.is(wantedNodes(home, '10'), 10);
});

for (const asked of ['0', 'x', '50', '', '-1', '2.5', '11']) {
  test(`${JSON.stringify(asked)} is no number of nodes`, (t) => {
    t.throws(() => wantedNodes(home, asked), { message: /whole number from 1 to 10, not/ });
  });
}

test('a path that is too long for sockets is told before anything is made', (t) => {
  t.throws(() => wantedNodes(at('a'.repeat(80)), '2'), { message: /too long a path/ });
  t.is(wantedNodes(at('a'.repeat(80)), '1'), 1);
});

test('hosts of two state folders have no name in common', (t) => {
  const [one, other] = [madeHost(home, 2), madeHost(at('another'), 2)];
  t.not(one.namespace, other.namespace);
  t.is(one.name, 'host-2');
  t.regex(cablingId(home), /^[0-9a-f]{8}$/);
});
