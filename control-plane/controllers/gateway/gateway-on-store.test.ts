// Over real resources: defaults and checks must not make the controllers write for ever.
import test from 'ava';
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { leaseKind, PROXY_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { nodeKind } from '@gantry/api/kinds/node';
import { serviceKind } from '@gantry/api/kinds/service';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { given, startTestEngine, type TestEngine } from '../../engine/test-engine.ts';
import { readerOf, emptyWorld } from '../../engine/toy-world.ts';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';
import { gatewayControllers } from './gateway-controllers.ts';
import {
  aGateway,
  anIngress,
  aRoute,
  aTcpRoute,
  aWebService,
  HTTP,
  nodeStatus,
  said,
  SHOP,
  shopKey,
  TCP,
  withClasses,
} from './toy-gateway.ts';

/** Classes, namespace, and a node whose proxy serves. */
async function prepare(lab: TestEngine): Promise<void> {
  const there = async (definition: KindDefinition, object: AnyObject): Promise<void> => {
    const { namespace = '', name = '' } = object.metadata;
    if (lab.cache.get(definition, { namespace, name }) === undefined) await given(lab, definition, object);
  };
  const classes = readerOf(withClasses(emptyWorld()));
  for (const definition of [gatewayClassKind, ingressClassKind])
    for (const { metadata, ...rest } of classes.list<AnyObject>(definition))
      await there(definition, { ...rest, metadata: { name: metadata.name ?? '' } });
  for (const name of [SHOP, LEASE_NAMESPACE])
    await there(namespaceKind, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await there(nodeKind, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: {} });
  await lab.resources.update(
    nodeKind,
    { namespace: '', name: 'n1' },
    'status',
    (now) => ({ ...now, status: nodeStatus('10.0.0.1', {}) }),
    lab.context(),
  );
  const annotations = { [PROXY_REVISION_ANNOTATION]: '1' };
  const metadata = { namespace: LEASE_NAMESPACE, name: 'n1', annotations };
  await given(lab, leaseKind, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: {} });
}

test('status follows, and nothing is written while nothing changes', async (t) => {
  const lab = await startTestEngine();
  const stop = lab.run(...gatewayControllers());
  await prepare(lab);
  await given(lab, ingressKind, anIngress());
  await given(lab, httpRouteKind, aRoute());
  await given(lab, tcpRouteKind, aTcpRoute());
  await given(lab, gatewayKind, aGateway([HTTP, TCP]));
  const parents = () => lab.cache.get(httpRouteKind, shopKey('route'))?.status?.parents ?? [];
  await lab.until('the route is told', () => parents().length === 1);
  await lab.still();
  t.deepEqual(said(parents()[0]?.conditions), [
    'Accepted True Accepted',
    'ResolvedRefs False BackendNotFound',
  ]);
  t.deepEqual(
    (await lab.toldEvents()).map(({ reason, message }) => `${reason}: ${message}`),
    ['BackendNotFound: there is no Service shop/web'],
  );
  await given(lab, serviceKind, aWebService());
  const isResolved = () => said(parents()[0]?.conditions)[1] === 'ResolvedRefs True ResolvedRefs';
  await lab.until('its Service is found', isResolved);
  await lab.still();
  const { revision } = lab.cache;
  lab.clock.advance(20_000);
  await lab.still();
  t.is(lab.cache.revision, revision);
  const gateway = lab.cache.get(gatewayKind, shopKey('gw'));
  t.deepEqual(said(gateway?.status?.conditions), ['Accepted True Accepted', 'Programmed True Programmed']);
  t.deepEqual(
    gateway?.status?.listeners?.map(({ attachedRoutes }) => attachedRoutes),
    [1, 1],
  );
  t.deepEqual(lab.cache.get(ingressKind, shopKey('ing'))?.status, {
    loadBalancer: { ingress: [{ ip: '10.0.0.1' }] },
  });
  await stop();
  await lab.close();
});
