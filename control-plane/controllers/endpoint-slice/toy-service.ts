// Services and their pods for tests, with only what a test names.
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Service } from '@gantry/api/kinds/service';
import type { ObjectMeta } from '@gantry/api/meta';
import { TRAFFIC_ANNOTATION } from '@gantry/api/traffic-mark';
import { readerOf, type World } from '../../engine/toy-world.ts';
import { aPod } from '../toy-workloads.ts';

export const SERVICE_KEY = { namespace: 'default', name: 'web' };

/** A Service `web` that selects `app: web`. */
export function aService(spec: Partial<Service['spec']> = {}, metadata: ObjectMeta = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...SERVICE_KEY, uid: 'service', ...metadata },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }], ...spec },
  };
}

/** A pod that runs at `10.1.0.<number>`, marked, and ready unless it is said otherwise. */
export function aRunningPod(
  number: number,
  parts: { ready?: boolean; metadata?: ObjectMeta; spec?: Partial<Pod['spec']>; status?: Pod['status'] } = {},
): Pod {
  const { ready = true, metadata = {}, spec = {}, status = {} } = parts;
  return aPod(`web-${number}`, {
    metadata: { annotations: { [TRAFFIC_ANNOTATION]: 'published' }, ...metadata },
    spec: { nodeName: 'n1', ...spec },
    status: {
      phase: 'Running',
      podIP: `10.1.${Math.floor(number / 250)}.${(number % 250) + 1}`,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      ...status,
    },
  });
}

export function slicesOf(world: World): readonly EndpointSlice[] {
  return readerOf(world).list(endpointSliceKind);
}
