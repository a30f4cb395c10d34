// The controllers that say what became of Gateways, routes and Ingresses. They only write status: what is served is the
// nodes' business, and both go by the rules of `api/gateway`.
import type { AnyRoute } from '@gantry/api/gateway/attachments';
import type { KindDefinition } from '@gantry/api/definition';
import { gatewayClassKind, type GatewayClass } from '@gantry/api/kinds/gateway-class';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import type { AnyObject } from '@gantry/api/meta';
import type { Controller } from '../../engine/controller.ts';
import { ownTrigger } from '../../engine/triggers.ts';
import {
  observeClass,
  observeGateway,
  observeIngress,
  observeRouteOf,
  type ObservedGateway,
  type ObservedIngress,
  type ObservedRoute,
} from './observe.ts';
import { planClass, planGateway } from './plan-gateway.ts';
import { planIngress } from './plan-ingress.ts';
import { planRouteOf } from './plan-route.ts';
import { describeGatewayReason } from './reasons.ts';
import { gatewayTriggers, ingressTriggers, routeTriggers } from './triggers.ts';

/** One for each of the five kinds. */
export function gatewayControllers(): Controller[] {
  return [
    gatewayClassController(),
    gatewayController(),
    routeController('http-route', httpRouteKind),
    routeController('tcp-route', tcpRouteKind),
    ingressController(),
  ];
}

function gatewayClassController(): Controller<GatewayClass> {
  return {
    name: 'gateway-class',
    definition: gatewayClassKind,
    triggers: [ownTrigger(gatewayClassKind)],
    observe: observeClass,
    plan: planClass,
    primary: (gatewayClass): AnyObject => gatewayClass,
    describe: describeGatewayReason,
  };
}

function gatewayController(): Controller<ObservedGateway> {
  return {
    name: 'gateway',
    definition: gatewayKind,
    triggers: gatewayTriggers(),
    observe: observeGateway,
    plan: planGateway,
    primary: ({ gateway }): AnyObject => gateway,
    describe: describeGatewayReason,
  };
}

function routeController(name: string, definition: KindDefinition): Controller<ObservedRoute> {
  const routes = definition as unknown as KindDefinition<AnyRoute>;
  return {
    ...{ name, definition },
    triggers: routeTriggers(routes),
    observe: observeRouteOf(routes),
    plan: planRouteOf(definition),
    primary: ({ route }): AnyObject => route,
    describe: describeGatewayReason,
  };
}

function ingressController(): Controller<ObservedIngress> {
  return {
    name: 'ingress',
    definition: ingressKind,
    triggers: ingressTriggers(),
    observe: observeIngress,
    plan: planIngress,
    primary: ({ ingress }): AnyObject => ingress,
    describe: describeGatewayReason,
  };
}
