import test from 'ava';
import fc from 'fast-check';
import { freshLayout } from './layout.ts';
import { proxyStateOf } from './proxy-state.ts';
import { cidrWord, renderConfig, type ProxySettings } from './render-config.ts';
import { aService, aSlice, clusters } from './test-services.ts';

const settings: ProxySettings = {
  httpPort: 10_080,
  tcpPort: 10_081,
  serviceCidr: '10.96.0.0/16',
  connectionsMax: 4_000,
};

test('hostile Services and slices put nothing but checked words into the texts', (t) => {
  /** Every line that depends on a user; the others are constant. */
  const shapes = [
    /^ {2}server s-[\d_]+-\d+ [\d.]+:\d+ weight \d+ check [a-z0-9 -]+$/,
    /^ {2}timeout (server|connect) \d+ms$/,
    /^ {2}stick-table type ip size \d+ expire \d+s$/,
    /^ {2}stick on src$/,
    /^backend (http|tcp)-x?\d{4}$/,
    /^ {2}mode (http|tcp)$/,
  ];
  const constant = new Set(renderConfig(freshLayout(proxyStateOf([], [])), settings, 'g').config.split('\n'));
  fc.assert(
    fc.property(clusters, ({ services, slices }) => {
      const { config, maps } = renderConfig(freshLayout(proxyStateOf(services, slices)), settings, 'g');
      for (const line of config.split('\n'))
        t.true(constant.has(line) || shapes.some((shape) => shape.test(line)), line);
      for (const text of Object.values(maps)) t.regex(text, /^([\d.:]+ [a-z0-9-]+\n)*$/);
    }),
    { numRuns: 300 },
  );
});

test('maps lead from addresses and node ports to slots; nothing leads nowhere', (t) => {
  const ports = { name: 'http', port: 80, nodePort: 30_080 };
  const services = [
    aService('web', '10.96.0.1', ports, { type: 'NodePort' }),
    aService('idle', '10.96.0.2'),
    aService('db', '10.96.0.3', { name: 'db', port: 5432 }),
  ];
  const { maps } = renderConfig(
    freshLayout(proxyStateOf(services, [aSlice('web', ['10.244.0.1'])])),
    settings,
    'g',
  );
  t.deepEqual(maps, {
    'services.map': '10.96.0.2:80 http-no-endpoint\n10.96.0.1:80 http-0002\n',
    'node-ports.map': '30080 http-0002\n',
  });
});

test('a service range that is none is a bug', (t) => {
  t.is(cidrWord('10.96.0.0/16'), '10.96.0.0/16');
  for (const bad of ['10.96.0.0', '10.96.0.0/33', '10.96.0.0/16\nx', 'fd00::/8'])
    t.throws(() => cidrWord(bad), undefined, bad);
});
