// What is said of Ingresses: addresses in the status, the rest as Events.
import test from 'ava';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { ingressKind, type Ingress } from '@gantry/api/kinds/ingress';
import { secretKind } from '@gantry/api/kinds/secret';
import { serviceKind } from '@gantry/api/kinds/service';
import { seededRandom } from '@gantry/kit/random';
import { createAuthority } from '../../auth/certificates.ts';
import { settleAll } from '../../engine/settle.ts';
import { emptyWorld, withObject } from '../../engine/toy-world.ts';
import { gatewayControllers } from './gateway-controllers.ts';
import {
  aGateway,
  anIngress,
  aTlsSecret,
  aWebService,
  HTTPS,
  ingressIn,
  shopWorld,
  TCP,
  withClasses,
} from './toy-gateway.ts';

const controllers = gatewayControllers();
const HERE = { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } };
const NOWHERE = { loadBalancer: {} };

function settled(ingress: Ingress, world = shopWorld()): { status: Ingress['status']; told: string[] } {
  const services = withObject(world, serviceKind, aWebService());
  const { world: end } = settleAll(controllers, withObject(services, ingressKind, ingress));
  const told = end.events.map(({ severity, reason, message }) => `${severity} ${reason}: ${message}`);
  return { status: ingressIn(end)?.status, told: [...new Set(told)] };
}

test('an Ingress that works has the addresses of the nodes, and nothing is told', (t) => {
  t.deepEqual(settled(anIngress()), { status: HERE, told: [] });
});

test('without a node that serves there is none', (t) => {
  t.deepEqual(settled(anIngress(), withClasses(emptyWorld())), { status: NOWHERE, told: [] });
});

test('an Ingress of another class is left alone', (t) => {
  t.deepEqual(settled(anIngress({ ingressClassName: 'other' })).status, NOWHERE);
});

const backend = (name: string, number: number) => ({
  defaultBackend: { service: { name, port: { number } } },
});
const ROWS: [what: string, spec: Ingress['spec'], told: string][] = [
  [
    'a Service that is not there',
    backend('nobody', 80),
    'Warning BackendNotFound: there is no Service shop/nobody',
  ],
  [
    'a port that is not there',
    backend('web', 81),
    'Warning BackendNotFound: Service shop/web has no port 81',
  ],
  [
    'a port by a name that is not there',
    { defaultBackend: { service: { name: 'web', port: { name: 'x' } } } },
    'Warning BackendNotFound: Service shop/web has no port 0',
  ],
  [
    'a certificate that is not there',
    { tls: [{ secretName: 'nobody' }] },
    'Warning InvalidCertificateRef: Secret shop/nobody is not there',
  ],
];

for (const [what, spec, told] of ROWS)
  test(`${what} is told by an Event; the rest is served`, (t) => {
    t.deepEqual(settled(anIngress(spec)), { status: HERE, told: [told] });
  });

test('a Gateway with another protocol on port 80 keeps Ingresses off it; 443 is left with a certificate', async (t) => {
  const tcp = aGateway([{ ...TCP, port: 80 }]);
  const world = withObject(shopWorld(), gatewayKind, tcp);
  const message =
    'Warning PortUnavailable: port 80 is that of listener "tcp" of Gateway shop/gw, with another protocol';
  t.deepEqual(settled(anIngress(), world), { status: NOWHERE, told: [message] });
  const pair = await createAuthority('a', 30, { nowMs: 0, random: seededRandom(1) });
  const certified = withObject(world, secretKind, aTlsSecret('tls', pair));
  const ingress = anIngress({ tls: [{ secretName: 'tls' }] });
  t.deepEqual(settled(ingress, certified), { status: HERE, told: [message] });
});

test('a Gateway with the same protocol shares the port', (t) => {
  const world = withObject(shopWorld(), gatewayKind, aGateway([HTTPS]));
  t.deepEqual(settled(anIngress(), world), { status: HERE, told: [] });
});

test('many problems are one Event', (t) => {
  const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
    ...{ path: `/${name}`, pathType: 'Prefix' as const },
    backend: { service: { name, port: { number: 80 } } },
  }));
  const { told } = settled(anIngress({ rules: [{ http: { paths } }] }));
  t.deepEqual(told, [
    'Warning BackendNotFound: there is no Service shop/a; there is no Service shop/b; there is no Service shop/c and 2 more',
  ]);
});
