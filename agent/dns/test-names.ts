// Services and slices for the tests of DNS, and questions about them.
import dnsPacket, { type Answer, type RecordType } from 'dns-packet';
import { seededRandom } from '@gantry/kit/random';
import { SERVICE_NAME_LABEL, type Endpoint, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service, ServiceSpec } from '@gantry/api/kinds/service';
import type { AnswerDeps } from './answer-query.ts';
import { RecordIndex } from './record-index.ts';
import { createRecords } from './records.ts';

/** A Service of the namespace `shop`. */
export function aService(name: string, spec: Partial<ServiceSpec>): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec };
}

/** A slice of it; a pod that is not ready is written with a `-` in front. */
export function aSlice(
  service: string,
  pods: readonly string[],
  more: { name?: string; ports?: EndpointSlice['ports'] } = {},
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: more.name ?? `${service}-1`,
      namespace: 'shop',
      labels: { [SERVICE_NAME_LABEL]: service },
    },
    addressType: 'IPv4',
    endpoints: pods.map(endpointOf),
    ports: more.ports ?? [{ name: 'http', port: 8080 }],
  };
}

/** `10.244.0.5`, `web-0=10.244.0.5` or `-10.244.0.5`. */
function endpointOf(text: string): Endpoint {
  const ready = !text.startsWith('-');
  const [address = '', hostname] = text.replace(/^-/, '').split('=').reverse();
  return { addresses: [address], conditions: { ready }, ...(hostname === undefined ? {} : { hostname }) };
}

/** What a small shop has. */
export function aShop(): RecordIndex {
  const index = new RecordIndex();
  const headless = { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] };
  index.replace(
    [
      aService('web', {
        clusterIP: '10.96.0.10',
        ports: [{ name: 'http', port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }, { port: 9 }],
      }),
      aService('db', headless),
      aService('peers', { ...headless, publishNotReadyAddresses: true }),
      aService('down', headless),
      aService('ext', { type: 'ExternalName', externalName: 'www.example.com' }),
      aService('alias', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local.' }),
      aService('lost', { type: 'ExternalName', externalName: 'no.shop.svc.cluster.local' }),
      aService('ring', { type: 'ExternalName', externalName: 'ring.shop.svc.cluster.local' }),
      aService('young', { ports: [{ port: 80 }] }),
    ],
    [
      aSlice('web', ['10.244.0.5']),
      aSlice('db', ['db-0=10.244.0.11', 'db-1=10.244.1.12', '-db-2=10.244.2.13']),
      aSlice('db', ['10.244.3.14', 'db-0=10.244.0.11'], { name: 'db-2' }),
      aSlice('peers', ['p-0=10.244.0.21', '-p-1=10.244.0.22']),
      aSlice('down', ['-10.244.0.31']),
      aSlice('nobody', ['10.244.0.41']),
    ],
  );
  return index;
}

/** Answers from it. */
export function answersFrom(index: RecordIndex, seed = 1): AnswerDeps {
  return { records: createRecords(index, 'cluster.local'), random: seededRandom(seed) };
}

/** Types that are asked for. */
export type AskedType = RecordType | 'ANY';

/** A question as a packet. */
export function ask(
  name: string,
  type: AskedType = 'A',
  more: { id?: number; edns?: number; flags?: number } = {},
): Buffer {
  const { id = 4_711, edns, flags = dnsPacket.RECURSION_DESIRED } = more;
  const opt: Answer[] =
    edns === undefined
      ? []
      : [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: edns,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ];
  return dnsPacket.encode({
    type: 'query',
    id,
    flags,
    questions: [{ name, type: type as RecordType }],
    additionals: opt,
  });
}

/** `TYPE data` of each record, SRV as `port target`. */
export function texts(records: readonly Answer[] | undefined): string[] {
  return (records ?? []).flatMap((record): string[] => {
    if (record.type === 'OPT') return [];
    if (record.type === 'SRV') return [`SRV ${record.data.port} ${record.data.target}`];
    if (record.type === 'SOA') return ['SOA'];
    const data: unknown = record.data;
    return [`${record.type} ${String(data)}`];
  });
}
