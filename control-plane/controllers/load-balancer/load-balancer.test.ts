// What is said of Services of type LoadBalancer: addresses in the status, what cannot be had as a condition and an Event.
import test from 'ava';
import { serviceKind, type Service, type ServiceSpec } from '@gantry/api/kinds/service';
import { settleAll } from '../../engine/settle.ts';
import { emptyWorld, readerOf, withObject, type World } from '../../engine/toy-world.ts';
import { aWebService, shopKey, withServingNode } from '../gateway/toy-gateway.ts';
import { loadBalancerController } from './load-balancer-controller.ts';

const OURS: Partial<ServiceSpec> = { type: 'LoadBalancer', clusterIP: '10.96.0.1' };
const twoNodes = withServingNode(withServingNode(emptyWorld(), 1), 2);
const HERE = { ingress: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] };

function settled(
  world: World,
  ...services: Service[]
): { service: (name: string) => Service; told: string[] } {
  const start = services.reduce((all, each) => withObject(all, serviceKind, each), world);
  const { world: end } = settleAll([loadBalancerController()], start);
  const told = end.events.map(({ severity, reason, message }) => `${severity} ${reason}: ${message}`);
  return {
    service: (name) => readerOf(end).get(serviceKind, shopKey(name)) as Service,
    told: [...new Set(told)],
  };
}

test('a Service is reached at the nodes that serve', (t) => {
  const { service, told } = settled(twoNodes, aWebService(OURS));
  t.deepEqual(service('web').status, { loadBalancer: HERE });
  t.deepEqual(told, []);
  const none = settled(withServingNode(emptyWorld(), 1, { hasProxy: false }), aWebService(OURS));
  t.deepEqual(none.service('web').status, { loadBalancer: {} });
});

test('another class is left alone, whatever its status says', (t) => {
  const theirs = aWebService({ ...OURS, loadBalancerClass: 'example.com/cloud' });
  const status = { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } };
  t.deepEqual(settled(twoNodes, { ...theirs, status }).service('web').status, status);
});

test('what becomes another type is reached there no more', (t) => {
  const before = { ...aWebService({ type: 'ClusterIP' }), status: { loadBalancer: HERE } };
  t.deepEqual(settled(twoNodes, before).service('web').status, { loadBalancer: {} });
});

test('the younger of two with one port is told so, by its field', (t) => {
  const older = aWebService(OURS, { name: 'older', creationTimestamp: '2026-01-01T00:00:00Z' });
  const younger = aWebService(OURS, { creationTimestamp: '2026-01-02T00:00:00Z' });
  const { service, told } = settled(twoNodes, older, younger);
  const message = 'spec.ports[0].port: 80 is a port of Service shop/older, which is older';
  t.deepEqual(service('older').status, { loadBalancer: HERE });
  t.deepEqual(service('web').status?.loadBalancer, {});
  t.like(service('web').status?.conditions?.[0], {
    ...{ type: 'LoadBalancerPortsError', status: 'True', reason: 'PortUnavailable', message },
  });
  t.deepEqual(told, [`Warning PortUnavailable: ${message}`]);
  const freed = settled(twoNodes, service('web'));
  t.deepEqual(freed.service('web').status?.loadBalancer, HERE);
  t.is(freed.service('web').status?.conditions?.[0]?.status, 'False');
});
