// What is to be said of a Service of type LoadBalancer rests on who else has ports of the nodes, and on which nodes serve.
import { gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { isOuter, outerServices, type OuterService } from '@gantry/api/load-balancer/outer-ports';
import { nameOf } from '@gantry/api/gateway/listeners';
import type { ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { servingNodes, type ServingNodes } from '../gateway/serving-nodes.ts';

/** A Service that is reached at nodes, or was. */
export interface ObservedLoadBalancer {
  service: Service;
  /** Absent for one that is not ours any more. */
  outer?: OuterService;
  nodes: ServingNodes;
}

/** Undefined for Services that are none of ours and of which nothing was ever said; another class's status is its own. */
export function observeLoadBalancer(cache: CacheReader, key: ObjectKey): ObservedLoadBalancer | undefined {
  const service = cache.get(serviceKind, key);
  if (service === undefined) return undefined;
  const nodes = servingNodes(cache);
  if (!isOuter(service)) {
    const isLeft = service.spec.type !== 'LoadBalancer' && hasWords(service);
    return isLeft ? Object.freeze({ service, nodes }) : undefined;
  }
  const outer = outerServices({
    services: cache.list(serviceKind),
    classes: cache.list(gatewayClassKind),
    gateways: cache.list(gatewayKind),
    ingressClasses: cache.list(ingressClassKind),
    ingresses: cache.list(ingressKind),
  }).get(nameOf(service));
  return Object.freeze({ service, nodes, ...(outer === undefined ? {} : { outer }) });
}

/** The condition that Kubernetes names for ports that a load balancer could not have. */
export const PORTS_CONDITION = 'LoadBalancerPortsError';

function hasWords({ status }: Service): boolean {
  const isTold = status?.conditions?.some(({ type }) => type === PORTS_CONDITION) ?? false;
  return (status?.loadBalancer?.ingress ?? []).length > 0 || isTold;
}
