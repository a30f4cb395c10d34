import test from 'ava';
import { hollowNodesFrom, nodeNameFrom, serverFrom } from './join-arguments.ts';

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

test('how many nodes, if they are hollow', (t) => {
  t.is(hollowNodesFrom({ runtime: 'docker', warmSandboxes: '5' }), undefined);
  t.is(hollowNodesFrom({ runtime: 'hollow' }), 1);
  t.is(hollowNodesFrom({ runtime: 'hollow', nodes: '500' }), 500);
});

for (const [flags, sentence] of [
  [{ runtime: 'podman' }, /--runtime must be docker or hollow, not "podman"/],
  [{ runtime: 'docker', nodes: '5' }, /--nodes needs --runtime hollow/],
  [{ runtime: 'hollow', nodes: '0' }, /--nodes must be 1 to 10000, not 0/],
  [{ runtime: 'hollow', nodes: '100000' }, /--nodes must be 1 to 10000, not 100000/],
  [{ runtime: 'hollow', nodes: 'many' }, /--nodes/],
  [{ runtime: 'hollow', warmSandboxes: '5' }, /--warm-sandboxes makes no sense/],
  [{ runtime: 'hollow', podNetwork: 'on' }, /--pod-network makes no sense/],
] as const) {
  test(`no sense: ${JSON.stringify(flags)}`, (t) => {
    t.throws(() => hollowNodesFrom(flags), { message: sentence });
  });
}
