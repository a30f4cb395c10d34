import test from 'ava';
import fc from 'fast-check';
import { freshLayout } from './layout.ts';
import { MIRROR_LUA_FILE } from './mirrors/mirror-lua.ts';
import { proxyStateOf } from './proxy-state.ts';
import { cidrWord, renderConfig, type ProxySettings } from './render-config.ts';
import { aGateway, aRoute, aTcpRoute, lists, routeLists } from './test-routes.ts';
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

const RULE = '\\{ var\\(txn\\.rule\\) -m str r\\d+ \\}';
const HEX = '[0-9A-F]+';
/** Regular expressions within quotes: letters, digits, and signs that mean something to nobody else. */
const REGEX = "'\\^\\(\\?:[A-Za-z0-9\\\\()[\\]{}|^$.*+?:,-]*\\)\\$'";
const NAME = '[A-Za-z0-9][A-Za-z0-9_.-]*';
/** Every line that depends on a route; what a user wrote is digits but for names, hosts and expressions. */
const ROUTE_SHAPES = [
  `  http-request set-timeout server var\\(txn\\.timeout\\) if \\{ var\\(txn\\.timeout\\) -m found \\}`,
  `  acl e[s\\d]+-\\d+-\\d+ (req\\.fhdr\\(${NAME}\\)|urlp\\(${NAME}\\),url_dec\\(1\\))(,hex -m str ${HEX}| -m reg ${REGEX})`,
  `  http-request set-var\\(txn\\.rule\\) str\\(r\\d+\\) if !\\{ var\\(txn\\.rule\\) -m found \\} \\{ var\\(txn\\.place\\) -m str p\\d+ \\}( \\{ var\\(txn\\.host\\) -m (str|end) [a-z0-9.-]+ \\})?( \\{ (var\\(txn\\.(path|parts)\\) -m (str|beg) ${HEX}|path -m reg ${REGEX}) \\})?( \\{ method [A-Z]+ \\})?( e[s\\d]+-\\d+-\\d+)*`,
  `  http-request set-var\\(txn\\.place\\) str\\(p\\d+\\) if !\\{ var\\(txn\\.place\\) -m found \\}( \\{ var\\(txn\\.host\\) -m (str|end) [a-z0-9.-]+ \\})?`,
  `  http-(request|response) ((set|add)-header ${NAME} %\\[bin\\(${HEX}\\)\\]|del-header ${NAME}) if ${RULE}`,
  `  http-request set-header Host [a-z0-9.-]+ if ${RULE}`,
  `  http-request set-path (%\\[bin\\(${HEX}\\)\\])?(%\\[path,bytes\\(\\d+\\)\\])? if ${RULE}( !?\\{ var\\(txn\\.path\\) -m str ${HEX} \\})?`,
  `  http-request redirect location https?://([a-z0-9.-]+|%\\[var\\(txn\\.host\\)\\])(:\\d+|:%\\[dst_port\\])?%\\[pathq\\] code 30\\d if ${RULE}( !?\\{ ssl_fc \\})?( !?\\{ dst_port \\d+ \\})?`,
  `  http-request set-var\\(txn\\.timeout\\) int\\(\\d+\\) if ${RULE}`,
  `  http-request set-var\\(txn\\.copy\\) str\\(r\\d+:m\\d+\\),map_str\\(routes\\.map\\) if ${RULE} !\\{ req\\.hdr\\(upgrade\\) -m found \\}( \\{ rand\\(\\d+\\) lt \\d+ \\})?`,
  `frontend port-\\d+|  bind \\*:\\d+|  tcp-request connection set-var\\(sess\\.rule\\) str\\(r\\d+\\)`,
].map((shape) => new RegExp(`^(${shape})$`));

test('hostile routes put nothing into the texts but digits, words and checked expressions', (t) => {
  const own = [aService('s', '10.96.0.1')];
  const of = (parts: Parameters<typeof lists>[0]): string =>
    renderConfig(
      freshLayout(proxyStateOf(own, [], { lists: lists(parts), holder: () => undefined })),
      settings,
      'g',
    ).config;
  const listeners = [
    { name: 'a', port: 80, protocol: 'HTTP' },
    { name: 'b', port: 81, protocol: 'TCP' },
  ];
  const mirror = { type: 'RequestMirror' as const, requestMirror: { backendRef: { name: 's', port: 80 } } };
  const plain = of({
    gateways: [aGateway('gw', listeners)],
    // Two mirrors: lines of the second are constant as well.
    httpRoutes: [aRoute('r', [{ filters: [mirror, mirror] }], { parentRefs: [{ name: 'gw' }] })],
    tcpRoutes: [aTcpRoute('t', 'db', 1, 'b')],
  });
  const ofService = proxyStateOf(own, [], {
    lists: lists({
      httpRoutes: [aRoute('r', [{}], { parentRefs: [{ group: '', kind: 'Service', name: 's' }] })],
    }),
    holder: () => undefined,
  });
  const constant = new Set(
    `${plain}\n${renderConfig(freshLayout(ofService), settings, 'g').config}`.split('\n'),
  );
  let shown = 0;
  fc.assert(
    fc.property(clusters, routeLists, ({ services, slices }, hostile) => {
      const state = proxyStateOf(services, slices, { lists: hostile, holder: () => undefined });
      // Slots are another test's.
      const slots = freshLayout(proxyStateOf([], []));
      const { config, maps } = renderConfig({ ...slots, routing: state.routes.routing }, settings, 'g');
      for (const line of config.split('\n')) {
        if (constant.has(line)) continue;
        t.true(
          ROUTE_SHAPES.some((shape) => shape.test(line)),
          line,
        );
        shown += 1;
      }
      for (const [file, text] of Object.entries(maps))
        if (file !== MIRROR_LUA_FILE) t.regex(text, /^([\w.:-]+ [a-z0-9-]+\n)*$/);
    }),
    { numRuns: 500 },
  );
  t.true(shown > 1_000, `only ${shown} lines were seen`);
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
    'routes.map': '',
    'parents.map': '',
  });
});

test('a service range that is none is a bug', (t) => {
  t.is(cidrWord('10.96.0.0/16'), '10.96.0.0/16');
  for (const bad of ['10.96.0.0', '10.96.0.0/33', '10.96.0.0/16\nx', 'fd00::/8'])
    t.throws(() => cidrWord(bad), undefined, bad);
});
