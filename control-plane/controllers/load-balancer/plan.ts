// The status of a Service of type LoadBalancer: the addresses of the nodes that serve it, and which of its ports they do
// not serve. Pure; the nodes go by the same rules.
import type { Service } from '@gantry/api/kinds/service';
import isEqual from 'fast-deep-equal';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { EVENT_MESSAGE_LENGTH_MAX } from '../../engine/plan-checks.ts';
import { refusalsOf } from '../gateway/facts.ts';
import { withCondition } from '../status-condition.ts';
import { PORTS_CONDITION, type ObservedLoadBalancer } from './observe.ts';

/** The plan of one Service. */
export function planLoadBalancer(observed: ObservedLoadBalancer, { nowMs, failure }: PlanInputs): Plan {
  const { service, outer, nodes } = observed;
  const ports = outer?.ports ?? [];
  const problems = ports.flatMap(({ problem }) => problem ?? []);
  const isServed = problems.length < ports.length;
  const ingress = isServed ? nodes.addresses.map((ip) => ({ ip })) : [];
  const status = {
    ...service.status,
    loadBalancer: ingress.length === 0 ? {} : { ingress },
    ...conditionsOf(service, problems, new Date(nowMs).toISOString()),
  };
  return {
    // Told once the status is written, not in each pass that leads there.
    actions: isEqual(status, service.status) ? eventsOf(service, problems) : [],
    status,
    reasons: [
      ...refusalsOf(failure),
      ...problems.map((message) => ({ type: 'port-unavailable', message })),
      ...(isServed && nodes.addresses.length === 0 ? [{ type: 'no-node-serves' }] : []),
    ],
  };
}

/** The condition is there only where it has something to say, or had. */
function conditionsOf(
  { status, metadata }: Service,
  problems: readonly string[],
  now: string,
): Pick<NonNullable<Service['status']>, 'conditions'> {
  const conditions = status?.conditions;
  const isTold = conditions?.some(({ type }) => type === PORTS_CONDITION) ?? false;
  if (problems.length === 0 && !isTold) return {};
  const generation = metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
  const entry = {
    ...{ type: PORTS_CONDITION, lastTransitionTime: now, ...generation },
    ...(problems.length === 0
      ? { status: 'False' as const, reason: 'PortsAvailable', message: '' }
      : { status: 'True' as const, reason: 'PortUnavailable', message: problems.join('; ') }),
  };
  return { conditions: withCondition(conditions, entry, now) };
}

function eventsOf(service: Service, problems: readonly string[]): Action[] {
  if (problems.length === 0) return [];
  const message = problems.join('; ').slice(0, EVENT_MESSAGE_LENGTH_MAX);
  const note = { regarding: service, severity: 'Warning', reason: 'PortUnavailable', message } as const;
  return [{ type: 'record-event', ...note }];
}
