// Keeps the EndpointSlices of each Service that has a selector.
import { endpointSliceKind } from '@gantry/api/kinds/endpoint-slice';
import { nodeKind } from '@gantry/api/kinds/node';
import { NODE_INDEX } from '../../cache/indexes.ts';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind } from '@gantry/api/kinds/service';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { isInTraffic } from '@gantry/api/traffic-mark';
import isEqual from 'fast-deep-equal';
import type { Controller } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { isDeleting, isFinished, isReady } from '../pod-condition.ts';
import { observeService, zoneOf, type ObservedService } from './observe.ts';
import { planService } from './plan.ts';
import { describeServiceReason } from './reasons.ts';
import { servicesOf } from './selected-pods.ts';

/** The EndpointSlice controller. */
export function endpointSliceController(): Controller<ObservedService> {
  return {
    name: 'endpointslice',
    definition: serviceKind,
    triggers: [
      ownTrigger(serviceKind),
      ownedTrigger(endpointSliceKind, serviceKind),
      {
        definition: podKind,
        keys: (pod, cache) => servicesOf(cache, pod).map(keyOf),
        ignores: (pod, previous) => isEqual(factsOf(pod as Pod), factsOf(previous as Pod)),
      },
      {
        definition: nodeKind,
        keys: ({ metadata }, cache) =>
          cache
            .byIndex(podKind, NODE_INDEX, metadata.name ?? '')
            .flatMap((pod) => servicesOf(cache, pod).map(keyOf)),
        ignores: (node, previous) => zoneOf(node) === zoneOf(previous),
      },
    ],
    observe: observeService,
    plan: planService,
    primary: ({ service }): AnyObject => service,
    describe: describeServiceReason,
  };
}

/** All of a pod that an endpoint shows. */
function factsOf(pod: Pod): unknown {
  const { metadata, spec, status } = pod;
  const isMarked = isInTraffic(pod);
  return [
    metadata.labels,
    spec.nodeName,
    status?.podIP,
    isReady(pod),
    isFinished(pod),
    isDeleting(pod),
    isMarked,
  ];
}
