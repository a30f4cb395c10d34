// What is said of a route to each of its parents: whether it belongs there, and whether all that it leads to can be used.
// Pure; entries of other controllers stay as they are.
import { kindOf, refusal, type AnyRoute, type Attachment } from '@gantry/api/gateway/attachments';
import { resolveBackend, type ReferenceProblem } from '@gantry/api/gateway/references';
import { brokenRule, type Survey } from '@gantry/api/gateway/survey';
import type { KindDefinition } from '@gantry/api/definition';
import type { RouteParentStatus } from '@gantry/api/kinds/gateway/references';
import { GATEWAY_CONTROLLER } from '@gantry/api/kinds/gateway-class';
import type { AnyObject } from '@gantry/api/meta';
import isEqual from 'fast-deep-equal';
import type { Plan, PlanInputs } from '../../engine/controller.ts';
import { conditionsOf, refusalsOf, surveyOf, type Fact } from './facts.ts';
import type { ObservedRoute } from './observe.ts';
import { problemsText, type GatewayReason } from './reasons.ts';
import { backendsOf } from './references.ts';

/** The plan of HTTPRoutes or TCPRoutes. */
export function planRouteOf(definition: KindDefinition<AnyObject>) {
  return ({ route, around }: ObservedRoute, inputs: PlanInputs): Plan => {
    const looked = surveyOf(around);
    const broken = brokenRule(definition, route);
    const found = looked.attachments(route);
    const attachments =
      broken === undefined
        ? found
        : found.map(({ ref }) => refusal(ref, 'UnsupportedValue', `${broken.path}: ${broken.message}`));
    const problems = backendProblems(route, looked);
    const parents = parentsOf(route, attachments, problems, inputs);
    const before = route.status?.parents;
    const isSilent = before === undefined && parents.length === 0;
    return {
      actions: [],
      ...(isSilent ? {} : { status: { parents } }),
      reasons: [...refusalsOf(inputs.failure), ...reasonsOf(attachments, problems)],
    };
  };
}

function parentsOf(
  { metadata: { generation }, status }: AnyRoute,
  attachments: readonly Attachment[],
  problems: readonly ReferenceProblem[],
  inputs: PlanInputs,
): RouteParentStatus[] {
  const before = status?.parents ?? [];
  const others = before.filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER);
  const own = before.filter(({ controllerName }) => controllerName === GATEWAY_CONTROLLER);
  const once = attachments.filter(
    ({ ref }, at) => attachments.findIndex((each) => isEqual(each.ref, ref)) === at,
  );
  return [
    ...others,
    ...once.map((attachment): RouteParentStatus => {
      const known = own.find(({ parentRef }) => isEqual(parentRef, attachment.ref));
      const facts = [acceptedFact(attachment), resolvedFact(problems)];
      return {
        parentRef: attachment.ref,
        controllerName: GATEWAY_CONTROLLER,
        conditions: conditionsOf(known?.conditions, facts, generation, inputs),
      };
    }),
  ];
}

function acceptedFact({ reason, message }: Attachment): Fact {
  return { type: 'Accepted', holds: reason === 'Accepted', reason, message };
}

function resolvedFact(problems: readonly ReferenceProblem[]): Fact {
  const [first] = problems;
  return {
    type: 'ResolvedRefs',
    holds: first === undefined,
    reason: first?.reason ?? 'ResolvedRefs',
    message: first === undefined ? 'all backends can be used' : problemsText(problems),
  };
}

function backendProblems(route: AnyRoute, { backends }: Survey): ReferenceProblem[] {
  const from = { kind: kindOf(route), namespace: route.metadata.namespace ?? '' };
  return backendsOf(route).flatMap((ref) => {
    const found = resolveBackend(ref, from, backends);
    return 'reason' in found ? found : [];
  });
}

function reasonsOf(
  attachments: readonly Attachment[],
  problems: readonly ReferenceProblem[],
): GatewayReason[] {
  if (attachments.length === 0) return [{ type: 'not-ours' }];
  return [
    ...attachments.flatMap(({ ref: { kind = 'Gateway', name }, reason, message }): GatewayReason[] =>
      reason === 'Accepted' ? [] : [{ type: 'not-served', part: `the part for ${kind} "${name}"`, message }],
    ),
    ...(problems.length === 0 ? [] : [{ type: 'unresolved', message: problemsText(problems) } as const]),
  ];
}
