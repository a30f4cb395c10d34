import test from 'ava';
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { leadsTo } from './leads-to.ts';

const route = (namespace: string, name: string, backend: object) =>
  ({ metadata: { namespace, name }, spec: { rules: [{ backendRefs: [backend] }] } }) as unknown as HTTPRoute;
const split = (service: string, to: string) =>
  ({
    metadata: { namespace: 'n', name: `of-${service}` },
    spec: { service, rules: [{ backends: [{ service: to, weight: 1 }] }] },
  }) as unknown as TrafficSplit;

test('routes of other namespaces lead there only when they say so', (t) => {
  const routes = [
    route('n', 'same', { name: 'web' }),
    route('m', 'other', { name: 'web' }),
    route('m', 'across', { name: 'web', namespace: 'n' }),
  ];
  const splits = [split('web', 'new'), split('shop', 'web'), split('shop', 'new')];
  const leads = leadsTo({ namespace: 'n', name: 'web' }, { routes, ingresses: [], splits });
  t.deepEqual(
    leads.map(({ kind, name }) => `${kind} ${name}`),
    ['TrafficSplit of-web', 'TrafficSplit of-shop', 'HTTPRoute same', 'HTTPRoute across'],
  );
});
