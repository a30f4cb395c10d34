// How often flags were evaluated, as a page hears it: this replica's own counts and the nodes', of one FeatureFlag.
import test from 'ava';
import { unavailable } from '@gantry/api/status-error';
import { send, startTestDashboard } from '../../dashboard/test-dashboard.ts';
import type { TrafficSource } from '../traffic-source.ts';
import { openLive } from './test-live.ts';

const FLAGS = '/apis/gantry.dev/v1alpha1/namespaces/default/featureflags';
const TOPIC = '/gantry/v1/live/flag-evaluations';
const labels =
  'namespace="default",feature_flag="shop",version="1",flag="checkout",variant="on",reason="STATIC"';

const traffic: TrafficSource = {
  sums: () => Promise.resolve({ sums: new Map(), atMs: 0 }),
  nodeMetrics: (node) =>
    node === 'far'
      ? Promise.reject(unavailable('node "far": no answer in time'))
      : Promise.resolve(
          `gantry_flag_evaluations_total{${labels}} 3\n` +
            `gantry_flag_evaluations_total{${labels.replace('shop', 'other')}} 9\n`,
        ),
  surplus: () => 0,
};

test('counts of all who evaluate, nodes that are silent by name; refused to who may not list flags', async (t) => {
  const dashboard = await startTestDashboard({ parts: { traffic } });
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const admin = await dashboard.bearer('u', 'system:masters');
  const post = (path: string, body: object) => send(url, 'POST', path, admin, body);
  for (const name of ['near', 'far'])
    await post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });
  const flag = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' };
  const spec = { flagSpec: { flags: { checkout: flag } } };
  const made = await post(FLAGS, {
    ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata: { name: 'shop' }, spec },
  });
  t.is(made.status, 201);
  t.is((await post('/ofrep/v1/evaluate/flags/checkout', { context: {} })).status, 200);
  const page = await openLive(url, { headers: await dashboard.page('u', 'system:masters') });
  page.open(1, `${TOPIC}?namespace=default&name=shop`);
  const line = await page.next();
  t.is(line?.type, 'EVALUATIONS');
  const { counts, silent } = line?.object as unknown as { counts: { count: number }[]; silent: string[] };
  t.deepEqual(
    counts.map(({ count }) => count),
    [1, 3],
  );
  t.deepEqual(silent, ['far']);
  page.open(2, TOPIC);
  t.deepEqual(await page.take(1), ['2 ERROR -']);
  page.socket.terminate();
  const nobody = await openLive(url, { headers: await dashboard.page('n', 'team') });
  nobody.open(1, `${TOPIC}?namespace=default&name=shop`);
  t.deepEqual(await nobody.take(1), ['1 ERROR -']);
  nobody.socket.terminate();
});
