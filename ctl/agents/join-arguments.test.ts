import test from 'ava';
import { nodeNameFrom, serverFrom } from './join-arguments.ts';

const servers: [string, string][] = [
  ['https://10.0.0.1:6443/', 'https://10.0.0.1:6443'],
  ['10.0.0.1', 'https://10.0.0.1:6443'],
  ['https://gantry.example', 'https://gantry.example:6443'],
  ['https://gantry.example:443', 'https://gantry.example'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
];
for (const [text, server] of servers) {
  test(`${text} is ${server}`, (t) => {
    t.is(serverFrom(text), server);
  });
}

test('what is no address and no name is refused', (t) => {
  t.throws(() => serverFrom('https://a b'), { message: /is no address of a control plane/ });
  t.throws(() => nodeNameFrom('web_1'), { message: /--name "web_1" must be/ });
  t.is(nodeNameFrom('Web-1'), 'web-1');
});
