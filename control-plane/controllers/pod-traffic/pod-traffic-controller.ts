// Takes pods out of the traffic of Services before they are stopped: the agent of a pod with a mark waits for the last one.
import { endpointSliceKind, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { DRAINED_REVISION_ANNOTATION, leaseKind, PROXY_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import { TRAFFIC_ANNOTATION } from '@gantry/api/traffic-mark';
import isEqual from 'fast-deep-equal';
import type { CacheReader } from '../../cache/cache.ts';
import { WITHDRAWING, WITHDRAWING_INDEX } from '../../cache/indexes.ts';
import type { Controller } from '../../engine/controller.ts';
import { selectedPods } from '../endpoint-slice/selected-pods.ts';
import { isDeleting, isFinished, isReady } from '../pod-condition.ts';
import { isLive, observeTraffic, type ObservedTraffic } from './observe.ts';
import { planTraffic } from './plan.ts';
import { describeTrafficReason } from './reasons.ts';

/** The controller of pods' traffic. */
export function podTrafficController(): Controller<ObservedTraffic> {
  return {
    name: 'pod-traffic',
    definition: podKind,
    triggers: [
      {
        definition: podKind,
        keys: (pod) => [keyOf(pod)],
        ignores: (pod, previous) => isEqual(factsOf(pod as Pod), factsOf(previous as Pod)),
      },
      { definition: endpointSliceKind, keys: (slice) => podsBeingStopped(slice as EndpointSlice) },
      {
        definition: serviceKind,
        keys: (service, cache) => selectedPods(cache, service as Service).map(keyOf),
        ignores: (service, previous) => isEqual(service['spec'], previous['spec']),
      },
      {
        definition: leaseKind,
        keys: (_lease, cache) => waitingPods(cache),
        ignores: (lease, previous) => isEqual(revisionsOf(lease), revisionsOf(previous)),
      },
      {
        definition: nodeKind,
        keys: (_node, cache) => waitingPods(cache),
        ignores: (node, previous) => isLive(node as Node) === isLive(previous as Node),
      },
    ],
    observe: observeTraffic,
    plan: planTraffic,
    primary: ({ pod }): AnyObject => pod,
    describe: describeTrafficReason,
  };
}

/** All of a pod that the plan looks at. */
function factsOf(pod: Pod): unknown {
  const { labels, annotations } = pod.metadata;
  const mark = annotations?.[TRAFFIC_ANNOTATION];
  return [labels, mark, pod.status?.podIP, isReady(pod), isFinished(pod), isDeleting(pod)];
}

function podsBeingStopped({ metadata: { namespace = '' }, endpoints }: EndpointSlice): ObjectKey[] {
  return endpoints.flatMap(({ conditions, targetRef }) =>
    conditions?.terminating === true && targetRef?.name !== undefined
      ? [{ namespace, name: targetRef.name }]
      : [],
  );
}

function waitingPods(cache: CacheReader): ObjectKey[] {
  return cache.byIndex(podKind, WITHDRAWING_INDEX, WITHDRAWING).map(keyOf);
}

function revisionsOf({ metadata: { annotations } }: AnyObject): unknown {
  return [annotations?.[PROXY_REVISION_ANNOTATION], annotations?.[DRAINED_REVISION_ANNOTATION]];
}
