// The objects that routes are made of, as a node knows them.
import type { GatewayClass } from '@gantry/api/kinds/gateway-class';
import type { Gateway } from '@gantry/api/kinds/gateway';
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { Ingress } from '@gantry/api/kinds/ingress';
import type { IngressClass } from '@gantry/api/kinds/ingress-class';
import type { ReferenceGrant } from '@gantry/api/kinds/reference-grant';
import type { Secret } from '@gantry/api/kinds/secret';
import type { TCPRoute } from '@gantry/api/kinds/tcp-route';

export interface RouteLists {
  classes: readonly GatewayClass[];
  gateways: readonly Gateway[];
  httpRoutes: readonly HTTPRoute[];
  tcpRoutes: readonly TCPRoute[];
  grants: readonly ReferenceGrant[];
  ingressClasses: readonly IngressClass[];
  ingresses: readonly Ingress[];
  /** Those that Gateways and Ingresses name as certificates. */
  secrets: readonly Secret[];
}

export const NO_ROUTE_LISTS: RouteLists = {
  classes: [],
  gateways: [],
  httpRoutes: [],
  tcpRoutes: [],
  grants: [],
  ingressClasses: [],
  ingresses: [],
  secrets: [],
};
