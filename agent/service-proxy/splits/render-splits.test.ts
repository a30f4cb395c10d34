// Splits in HAProxy's words.
import test from 'ava';
import fc from 'fast-check';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { freshLayout } from '../layout.ts';
import { proxyStateOf } from '../proxy-state.ts';
import { renderConfig, type ProxySettings } from '../render-config.ts';
import { NO_ROUTE_LISTS } from '../routes/route-lists.ts';
import { aService, aSlice, aSplit } from '../test-services.ts';
import { splitLists } from '../test-splits.ts';
import { LUA_FILE } from './fractional-lua.ts';

const settings: ProxySettings = {
  ...{ httpPort: 10_080, tcpPort: 10_081, serviceCidr: '10.96.0.0/16', connectionsMax: 4_000 },
};
const names = [...'abcd'];
const services = names.map((name, at) => aService(name, `10.96.0.${at + 1}`));
const slices = names.map((name, at) => aSlice(name, [`10.244.0.${at + 1}`]));
const render = (splits: TrafficSplit[]) => {
  const state = proxyStateOf(services, slices, { lists: NO_ROUTE_LISTS, holder: () => undefined, splits });
  return renderConfig(freshLayout(state), settings, 'g');
};

const HEX = '[0-9A-F]+';
const NAME = '[A-Za-z0-9][A-Za-z0-9_.-]*';
const RULE = 'x[0-9a-f]{11}\\.(d|\\d+)';
const CLAIM = `http_auth_bearer,jwt_payload_query\\('\\$\\.${NAME}','int'\\)`;
/** Every line that depends on a split; what a user wrote is digits but for names. */
const SHAPES = [
  `  acl es-s\\d+-(\\d+|c-\\d+|j-\\d+) (req\\.(fhdr|cook)\\(${NAME}\\)|urlp\\(${NAME}\\),url_dec\\(1\\)|${CLAIM},concat\\(\\)),hex -m str ${HEX}`,
  `  http-request set-var\\(txn\\.srule\\) str\\(${RULE}\\) if !\\{ var\\(txn\\.srule\\) -m found \\} \\{ var\\(txn\\.slot\\) -m str x[0-9a-f]{11} \\}( \\{ var\\(txn\\.parts\\) -m beg ${HEX} \\})?( \\{ method [A-Z]+ \\})?( es-s\\d+-(\\d+|c-\\d+|j-\\d+))*`,
  `  http-request set-var\\(txn\\.salt\\) bin\\(${HEX}\\) if \\{ var\\(txn\\.srule\\) -m str ${RULE} \\}`,
  `  http-request set-var\\(txn\\.user\\) (req\\.(fhdr|cook)\\(${NAME}\\)|${CLAIM},concat\\(\\)) if \\{ var\\(txn\\.srule\\) -m str ${RULE} \\}`,
  `  http-request set-var\\(txn\\.(host|path|parts|draw|srule_side)\\) [a-z0-9_.,(/):]+( if [a-z0-9_.(){} -]+)?`,
  `  lua-load-per-thread splits\\.lua`,
  `  http-request set-var\\(txn\\.copy\\) str\\(${RULE}:m0\\),map_str\\(routes\\.map\\) if \\{ var\\(txn\\.srule\\) -m str ${RULE} \\} !\\{ req\\.hdr\\(upgrade\\) -m found \\}( \\{ rand\\(\\d+\\) lt \\d+ \\})?`,
].map((shape) => new RegExp(`^(${shape})$`));

test('hostile splits put nothing into the texts but digits, words and names', (t) => {
  const mirror = { service: 'c', percent: 100 };
  const constant = new Set(render([aSplit('a', [{ backends: { b: 1 }, mirror }])]).config.split('\n'));
  let shown = 0;
  fc.assert(
    fc.property(splitLists, (splits) => {
      const { config, maps } = render(splits);
      for (const line of config.split('\n')) {
        if (constant.has(line)) continue;
        shown += 1;
        t.true(
          SHAPES.some((shape) => shape.test(line)),
          line,
        );
      }
      for (const [file, text] of Object.entries(maps))
        if (!file.endsWith('.lua')) t.regex(text, /^([\w.:-]+ [\w.-]+\n)*$/);
    }),
    { numRuns: 500 },
  );
  t.true(shown > 500, `only ${shown} lines were seen`);
});

test('without splits nothing of them is in the texts, and no Lua without users that stay', (t) => {
  const { config, maps } = render([]);
  t.notRegex(config, /split|lua|srule|route-turns/);
  t.deepEqual(Object.keys(maps).sort(), ['node-ports.map', 'parents.map', 'routes.map', 'services.map']);
  const plain = render([aSplit('a', [{ backends: { b: 1 } }])]);
  t.false(LUA_FILE in plain.maps);
  const sticky = render([aSplit('a', [{ backends: { b: 1 }, sticky: { by: { cookie: 'u' }, salt: 's' } }])]);
  t.true(LUA_FILE in sticky.maps);
  t.regex(sticky.config, /lua-load-per-thread/);
});
