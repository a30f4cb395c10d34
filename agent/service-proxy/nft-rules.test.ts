import test from 'ava';
import { nftRemoval, nftRules } from './nft-rules.ts';
import { proxyStateOf } from './proxy-state.ts';
import { aService } from './test-services.ts';

const settings = { httpPort: 10_080, tcpPort: 10_081, serviceCidr: '10.96.0.0/16', connectionsMax: 2_000 };

test('HTTP has sets of its own; all else of the service range goes to the other listener', (t) => {
  const web = aService(
    'web',
    '10.96.0.1',
    { name: 'http', port: 80, nodePort: 30_080 },
    { type: 'NodePort' },
  );
  const db = aService('db', '10.96.0.2', { name: 'db', port: 5432, nodePort: 30_432 }, { type: 'NodePort' });
  const rules = nftRules(proxyStateOf([web, db], []), settings, 'node-1');
  t.true(rules.includes('elements = { 10.96.0.1 . 80 }'));
  t.true(rules.includes('elements = { 30080 }'));
  t.true(rules.includes('elements = { 30432, 30080 }'));
  t.true(rules.includes('ip daddr 10.96.0.0/16 meta l4proto tcp redirect to :10081'));
});

test('a transaction replaces the table, or removes it, whatever was there', (t) => {
  const begin = 'table ip gantry\ndelete table ip gantry\n';
  t.true(nftRules(proxyStateOf([], []), settings, 'node-1').startsWith(begin));
  t.is(nftRemoval(), begin);
  t.throws(() => nftRules(proxyStateOf([], []), settings, 'x" }'));
});
