// Says where Services of type LoadBalancer are reached: at the nodes that serve. Those of another class are left alone.
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { isOuter } from '@gantry/api/load-balancer/outer-ports';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import isEqual from 'fast-deep-equal';
import type { KindDefinition } from '@gantry/api/definition';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller, Trigger } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import { servingTriggers } from '../gateway/serving-nodes.ts';
import { observeLoadBalancer, type ObservedLoadBalancer } from './observe.ts';
import { planLoadBalancer } from './plan.ts';
import { describeLoadBalancerReason } from './reasons.ts';

/** The controller. */
export function loadBalancerController(): Controller<ObservedLoadBalancer> {
  return {
    name: 'load-balancer',
    definition: serviceKind,
    triggers: [
      ownTrigger(serviceKind),
      {
        definition: serviceKind,
        keys: (service, cache) => (takesPorts(service as Service) ? outerOnes(cache) : []),
        ignores: (service, previous) =>
          isEqual(service['spec'], previous['spec']) && service.metadata.uid === previous.metadata.uid,
      },
      ...[gatewayKind, gatewayClassKind, ingressKind, ingressClassKind].map((definition) =>
        onSpec(definition as unknown as KindDefinition),
      ),
      ...servingTriggers(outerOnes),
    ],
    observe: observeLoadBalancer,
    plan: planLoadBalancer,
    primary: ({ service }): AnyObject => service,
    describe: describeLoadBalancerReason,
  };
}

/** Whether others may have to stand back for it, or may have its place once it is gone. */
function takesPorts({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' || (spec.ports ?? []).some(({ nodePort = 0 }) => nodePort !== 0);
}

function outerOnes(cache: CacheReader): ObjectKey[] {
  return cache.list(serviceKind).filter(isOuter).map(keyOf);
}

function onSpec(definition: KindDefinition): Trigger {
  return {
    definition,
    keys: (_object, cache) => outerOnes(cache),
    ignores: (object, previous) =>
      isEqual(object['spec'], previous['spec']) && object.metadata.uid === previous.metadata.uid,
  };
}
