// Whatever users write, HAProxy and nftables take what is made of it: both only check here, and change nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { freshLayout } from './layout.ts';
import { nftRules } from './nft-rules.ts';
import { proxyStateOf } from './proxy-state.ts';
import { renderConfig } from './render-config.ts';
import { systemEnvironment } from '@gantry/kit/system-environment';
import { routeLists } from './test-routes.ts';
import { clusters } from './test-services.ts';
import { splitLists } from './test-splits.ts';

const settings = {
  httpPort: 10_080,
  tcpPort: 10_081,
  serviceCidr: '10.96.0.0/16',
  connectionsMax: 2_000,
  isCounted: true,
};
const RUNS = 40;

test('HAProxy and nftables take what is made of hostile Services, routes and splits', (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'gantry-accepted-'));
  t.teardown(() => rmSync(cwd, { recursive: true, force: true }));
  const env = systemEnvironment();
  fc.assert(
    fc.property(clusters, routeLists, splitLists, ({ services, slices }, lists, splits) => {
      const state = proxyStateOf(services, slices, { lists, splits, holder: () => undefined });
      const { config, maps } = renderConfig(freshLayout(state), settings, 'g-1');
      for (const [name, text] of Object.entries(maps)) writeFileSync(join(cwd, name), text);
      writeFileSync(join(cwd, 'haproxy.cfg'), config);
      execFileSync('haproxy', ['-c', '-q', '-f', 'haproxy.cfg'], { cwd, env });
      execFileSync('unshare', ['--net', 'nft', '-c', '-f', '-'], {
        env,
        input: nftRules(state, settings, 'n'),
      });
    }),
    { numRuns: RUNS },
  );
  t.pass();
});
