// A pod as an endpoint of a Service, with Kubernetes' conditions. Pure.
import type { Endpoint } from '@gantry/api/kinds/endpoint-slice';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Service } from '@gantry/api/kinds/service';
import { isInTraffic } from '@gantry/api/traffic-mark';
import { isDeleting, isFinished, isReady } from '../pod-condition.ts';
import type { ObservedService } from './observe.ts';

/** Why a selected pod gets no new connections, or is left out. */
export type Hindrance = 'finished' | 'no-address' | 'being-stopped' | 'not-ready' | 'unmarked';

/** Undefined when connections go there. */
export function hindranceOf(pod: Pod, { spec }: Service): Hindrance | undefined {
  if (isFinished(pod)) return 'finished';
  if ((pod.status?.podIP ?? '') === '') return 'no-address';
  const publishesAll = spec.publishNotReadyAddresses === true;
  if (isDeleting(pod)) return publishesAll ? undefined : 'being-stopped';
  if (!publishesAll && !isReady(pod)) return 'not-ready';
  // Whoever stops it has to know first that there is something to wait for.
  return isInTraffic(pod) ? undefined : 'unmarked';
}

/** The endpoint; undefined when the pod cannot be reached at all. */
export function endpointOf(
  pod: Pod,
  { service, zones }: Pick<ObservedService, 'service' | 'zones'>,
): Endpoint | undefined {
  const hindrance = hindranceOf(pod, service);
  if (hindrance === 'finished' || hindrance === 'no-address') return undefined;
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const { nodeName, hostname = '', subdomain } = pod.spec;
  const zone = nodeName === undefined ? undefined : zones.get(nodeName);
  const hasName = hostname !== '' && subdomain === service.metadata.name;
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: hindrance === undefined, serving: isReady(pod), terminating: isDeleting(pod) },
    ...(hasName ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}
