// What is said of a Gateway: whether nodes serve it, where, and what each of its listeners comes to. Pure; the nodes go by
// the same survey.
import { GATEWAY_GROUP } from '@gantry/api/kinds/gateway/references';
import { gatewayKind, type GatewayStatus } from '@gantry/api/kinds/gateway';
import type { GatewayClass } from '@gantry/api/kinds/gateway-class';
import { nameOf } from '@gantry/api/gateway/listeners';
import { brokenRule } from '@gantry/api/gateway/survey';
import type { Plan, PlanInputs } from '../../engine/controller.ts';
import { counted } from '../counted.ts';
import { conditionsOf, refusalsOf, surveyOf, type Fact } from './facts.ts';
import { acceptedAttachments, listenerVerdict, type ListenerVerdict } from './listener-verdict.ts';
import type { ObservedGateway } from './observe.ts';
import type { GatewayReason } from './reasons.ts';
import type { ServingNodes } from './serving-nodes.ts';

/** The plan of a class: it is ours. */
export function planClass({ metadata, status }: GatewayClass, inputs: PlanInputs): Plan {
  const fact = { type: 'Accepted', holds: true, reason: 'Accepted', message: 'the nodes serve its Gateways' };
  const conditions = conditionsOf(status?.conditions, [fact], metadata.generation, inputs);
  return { actions: [], status: { ...status, conditions }, reasons: refusalsOf(inputs.failure) };
}

/** The plan of a Gateway. */
export function planGateway(observed: ObservedGateway, inputs: PlanInputs): Plan {
  const { gateway, nodes } = observed;
  const { generation } = gateway.metadata;
  const broken = brokenRule(gatewayKind, gateway);
  const verdicts = broken === undefined ? verdictsOf(observed) : [];
  const facts =
    broken === undefined ? factsOf(verdicts, nodes) : invalidFacts(`${broken.path}: ${broken.message}`);
  const before = new Map(gateway.status?.listeners?.map((listener) => [listener.name, listener]));
  const status: GatewayStatus = {
    addresses: facts.every(({ holds }) => holds)
      ? nodes.addresses.map((value) => ({ type: 'IPAddress', value }))
      : [],
    conditions: conditionsOf(gateway.status?.conditions, facts, generation, inputs),
    listeners: verdicts.map(({ placed: { listener, routeKinds }, attachedRoutes, facts: own }) => ({
      name: listener.name,
      supportedKinds: routeKinds.map((kind) => ({ group: GATEWAY_GROUP, kind })),
      attachedRoutes,
      conditions: conditionsOf(before.get(listener.name)?.conditions, own, generation, inputs),
    })),
  };
  return { actions: [], status, reasons: [...refusalsOf(inputs.failure), ...reasonsOf(verdicts, observed)] };
}

function verdictsOf(observed: ObservedGateway): ListenerVerdict[] {
  const looked = surveyOf(observed.around);
  const attached = acceptedAttachments(observed.routes, looked);
  const name = nameOf(observed.gateway);
  return looked.listeners
    .filter(({ gateway }) => nameOf(gateway) === name)
    .map((placed) => listenerVerdict(placed, looked, attached, observed));
}

function invalidFacts(message: string): Fact[] {
  return ['Accepted', 'Programmed'].map((type) => ({ type, holds: false, reason: 'Invalid', message }));
}

function factsOf(verdicts: readonly ListenerVerdict[], nodes: ServingNodes): Fact[] {
  const invalid = verdicts.filter(({ isAccepted }) => !isAccepted);
  const isAccepted = invalid.length < verdicts.length;
  const names = invalid.map(({ placed }) => `"${placed.listener.name}"`).join(', ');
  return [
    {
      type: 'Accepted',
      holds: isAccepted,
      reason: invalid.length > 0 ? 'ListenersNotValid' : 'Accepted',
      message:
        invalid.length === 0
          ? 'all listeners are accepted'
          : `${counted(invalid.length, 'listener')} of ${verdicts.length} cannot be served: ${names}`,
    },
    programmedFact(verdicts, isAccepted, nodes),
  ];
}

function programmedFact(
  verdicts: readonly ListenerVerdict[],
  isAccepted: boolean,
  { count, addresses, partial }: ServingNodes,
): Fact {
  const fact = (reason: string, message: string): Fact => ({
    ...{ type: 'Programmed', holds: reason === 'Programmed' },
    ...{ reason, message },
  });
  if (!isAccepted) return fact('Invalid', 'none of its listeners can be served');
  if (!verdicts.some(({ isWorking }) => isWorking))
    return fact('Invalid', 'none of its listeners can be served: see their condition ResolvedRefs');
  if (addresses.length === 0)
    return fact('AddressNotAssigned', 'no node that is Ready has a service proxy in step');
  const some =
    partial.length === 0
      ? ''
      : `; ${counted(partial.length, 'node')} among them may not serve all listeners: see condition ListenersUnavailable of Nodes`;
  return fact('Programmed', `served by ${counted(count, 'node')}${some}`);
}

function reasonsOf(verdicts: readonly ListenerVerdict[], { nodes }: ObservedGateway): GatewayReason[] {
  return [
    ...verdicts.flatMap(({ placed, facts }) =>
      facts.flatMap(({ type, holds, message }): GatewayReason[] =>
        (type === 'Accepted' || type === 'ResolvedRefs') && !holds
          ? [{ type: 'not-served', part: `listener "${placed.listener.name}"`, message }]
          : [],
      ),
    ),
    ...(nodes.addresses.length === 0 ? [{ type: 'no-node-serves' } as const] : []),
  ];
}
