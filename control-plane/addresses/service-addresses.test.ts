// Addresses and node ports, given out in the transaction that writes the Service.
import test from 'ava';
import { serviceKind, type Service, type ServiceSpec } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import { CLAIMS_PREFIX, holderIn } from '../resources/claims.ts';
import { startTestResources, type TestResources } from '../resources/test-resources.ts';
import { DEFAULT_RANGE_TEXTS, readRanges, type RangeTexts } from './ranges.ts';

const NAMESPACE = 'default';
const PORTS = [{ port: 80 }];

const service = (name: string, spec: object = {}): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: NAMESPACE },
  spec: { ports: PORTS, ...spec },
});

interface Lab extends TestResources {
  make: (name: string, spec?: object) => Promise<ServiceSpec>;
  change: (name: string, spec: object) => Promise<ServiceSpec>;
  remove: (name: string) => Promise<unknown>;
  /** `service-address:10.96.0.9 web`. */
  claims: () => Promise<string[]>;
}

async function withLab(work: (lab: Lab) => Promise<void>, texts: Partial<RangeTexts> = {}): Promise<void> {
  const test = await startTestResources(undefined, {
    ranges: readRanges({ ...DEFAULT_RANGE_TEXTS, ...texts }),
  });
  const specOf = (object: AnyObject): ServiceSpec => (object as Service).spec;
  const keyOf = (name: string) => ({ namespace: NAMESPACE, name });
  try {
    await work({
      ...test,
      make: async (name, spec) =>
        specOf(await test.resources.create(serviceKind, service(name, spec), test.context())),
      change: async (name, spec) =>
        specOf(
          await test.resources.update(
            serviceKind,
            keyOf(name),
            'main',
            (current) => ({ ...current, spec: { ...(current as Service).spec, ...spec } }),
            test.context(),
          ),
        ),
      remove: (name) => test.resources.delete(serviceKind, keyOf(name), {}, test.context()),
      claims: async () =>
        (await test.store.list(CLAIMS_PREFIX)).entries.map(
          (entry) => `${entry.key.slice(CLAIMS_PREFIX.length)} ${holderIn(entry)?.name}`,
        ),
    });
  } finally {
    await test.close();
  }
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return '';
  } catch (error) {
    return error instanceof StatusError ? `${error.status.code} ${error.status.message}` : String(error);
  }
}

test('a new Service has an address in the answer, and its claim beside it', (t) =>
  withLab(async ({ make, claims }) => {
    const { clusterIP = '', clusterIPs } = await make('web');
    t.regex(clusterIP, /^10\.96\.\d+\.\d+$/);
    t.deepEqual(clusterIPs, [clusterIP]);
    t.deepEqual(await claims(), [`service-address:${clusterIP} web`]);
  }));

test('the low addresses and ports are left to those who name one', (t) =>
  withLab(async ({ make }) => {
    for (let index = 0; index < 40; index += 1) {
      const { clusterIP = '', ports } = await make(`web-${index}`, { type: 'NodePort' });
      t.false(/^10\.96\.0\./.test(clusterIP), clusterIP);
      t.true((ports?.[0]?.nodePort ?? 0) >= 30_086, String(ports?.[0]?.nodePort));
    }
  }));

test('what is asked for by name is given, once', (t) =>
  withLab(async ({ make, change, claims }) => {
    const asked = { type: 'NodePort', clusterIP: '10.96.0.9', ports: [{ port: 80, nodePort: 30_001 }] };
    t.like(await make('web', asked), { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] });
    t.deepEqual(await claims(), ['node-port:30001 web', 'service-address:10.96.0.9 web']);
    const again = await refusal(make('two', asked));
    t.regex(again, /^422 .*spec\.clusterIP: Invalid value: "10\.96\.0\.9": provided IP is already allocated/);
    t.regex(again, /spec\.ports\[0\]\.nodePort: Invalid value: 30001: provided port is already allocated/);
    t.regex(await refusal(make('web', asked)), /^409 .*already exists/);
    t.is((await claims()).length, 2, 'nothing is left behind by what was refused');
    await make('three');
    const late = await refusal(
      change('three', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] }),
    );
    t.regex(late, /nodePort: Invalid value: 30001: provided port is already allocated/);
  }));

test('what lies outside the ranges is refused', (t) =>
  withLab(async ({ make, claims }) => {
    const outside = await refusal(
      make('web', { type: 'NodePort', clusterIP: '10.97.0.9', ports: [{ port: 80, nodePort: 80 }] }),
    );
    t.regex(outside, /spec\.clusterIP: .* not in the valid range\. .* 10\.96\.0\.0\/16/);
    t.regex(outside, /spec\.ports\[0\]\.nodePort: .* not in the valid range\. .* 30000-32767/);
    t.regex(await refusal(make('web', { clusterIP: '10.96.0.0' })), /not in the valid range/);
    t.deepEqual(await claims(), []);
  }));

test('an update that leaves addresses and ports out keeps them', (t) =>
  withLab(async ({ make, resources, context }) => {
    const before = await make('web', { type: 'NodePort' });
    const sent = service('web', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080 }] });
    const key = { namespace: NAMESPACE, name: 'web' };
    const { spec: after } = (await resources.update(
      serviceKind,
      key,
      'main',
      () => sent,
      context(),
    )) as Service;
    t.is(after.clusterIP, before.clusterIP);
    t.is(after.ports?.[0]?.nodePort, before.ports?.[0]?.nodePort);
    t.is(after.ports?.[0]?.targetPort, 8080);
  }));

test('a change of type gives out what is missing and releases what is no longer needed', (t) =>
  withLab(async ({ make, change, claims }) => {
    const { clusterIP } = await make('web');
    const wide = await change('web', { type: 'LoadBalancer' });
    t.is(wide.clusterIP, clusterIP);
    const port = wide.ports?.[0]?.nodePort;
    t.deepEqual(await claims(), [`node-port:${port} web`, `service-address:${clusterIP} web`]);
    const narrow = await change('web', { type: 'ClusterIP' });
    t.is(narrow.ports?.[0]?.nodePort, undefined);
    t.is(narrow.externalTrafficPolicy, undefined);
    t.is(narrow.allocateLoadBalancerNodePorts, undefined);
    t.deepEqual(await claims(), [`service-address:${clusterIP} web`]);
    const name = await change('web', { type: 'ExternalName', externalName: 'db.example.com' });
    t.is(name.clusterIP, undefined);
    t.is(name.ipFamilies, undefined);
    t.deepEqual(await claims(), []);
    const back = await change('web', { type: 'ClusterIP', clusterIP: 'None' });
    t.is(back.clusterIP, 'None');
    t.deepEqual(await claims(), []);
  }));

test('one number serves TCP and UDP of the same port', (t) =>
  withLab(async ({ make, claims }) => {
    const { ports = [] } = await make('dns', {
      type: 'NodePort',
      ports: [
        { name: 'udp', port: 53, protocol: 'UDP' },
        { name: 'tcp', port: 53 },
        { name: 'web', port: 80 },
      ],
    });
    t.is(ports[0]?.nodePort, ports[1]?.nodePort);
    t.not(ports[0]?.nodePort, ports[2]?.nodePort);
    t.is((await claims()).length, 3);
  }));

test('deletion releases all, also when it has to wait', (t) =>
  withLab(async ({ make, remove, resources, context, claims }) => {
    await make('web', { type: 'NodePort' });
    await remove('web');
    t.deepEqual(await claims(), []);
    const held = service('held', { type: 'NodePort' });
    held.metadata.finalizers = ['test/hold'];
    await resources.create(serviceKind, held, context());
    await remove('held');
    t.is((await claims()).length, 2);
    const key = { namespace: NAMESPACE, name: 'held' };
    const released = (current: AnyObject): AnyObject => ({
      ...current,
      metadata: { ...current.metadata, finalizers: [] },
    });
    await resources.update(serviceKind, key, 'main', released, context());
    t.deepEqual(await claims(), []);
  }));

test('a dry run answers with an address and allocates none', (t) =>
  withLab(async ({ make, resources, context, claims }) => {
    const dry = context({ dryRun: true });
    const made = (await resources.create(serviceKind, service('web', { type: 'NodePort' }), dry)) as Service;
    t.regex(made.spec.clusterIP ?? '', /^10\.96\./);
    t.deepEqual(await claims(), []);
    await make('web', { clusterIP: '10.96.0.9' });
    const taken = service('two', { clusterIP: '10.96.0.9' });
    t.regex(await refusal(resources.create(serviceKind, taken, dry)), /already allocated/);
    const key = { namespace: NAMESPACE, name: 'web' };
    const wide = (current: AnyObject): AnyObject =>
      service('web', { ...(current as Service).spec, type: 'NodePort' });
    const changed = (await resources.update(serviceKind, key, 'main', wide, dry)) as Service;
    t.true((changed.spec.ports?.[0]?.nodePort ?? 0) > 0);
    t.deepEqual(await claims(), ['service-address:10.96.0.9 web']);
  }));

test('a small range gives out all that it has, then says so; what is released is given again', (t) =>
  withLab(
    async ({ make, remove, claims }) => {
      for (let index = 0; index < 5; index += 1) await make(`web-${index}`);
      t.regex(
        await refusal(make('late')),
        /^422 .*spec\.clusterIP: .*no address is left in 10\.96\.0\.0\/29: .*--service-cidr/,
      );
      await remove('web-3');
      t.regex((await make('late')).clusterIP ?? '', /^10\.96\.0\.[2-6]$/);
      t.is((await claims()).length, 5);
      await make('a', { clusterIP: 'None' });
      await make('p', { type: 'NodePort', clusterIP: '10.96.0.1' });
      await remove('web-1');
      await make('q', { type: 'NodePort' });
      await remove('web-2');
      t.regex(await refusal(make('r', { type: 'NodePort' })), /no port is left in 30000-30001/);
    },
    { serviceCidr: '10.96.0.0/29', nodePortRange: '30000-30001' },
  ));
