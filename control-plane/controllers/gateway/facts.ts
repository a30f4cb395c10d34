// Conditions of Gateways and routes from plain facts. Pure.
import type { MetaCondition } from '@gantry/api/kinds/object-fields';
import { survey, type Survey } from '@gantry/api/gateway/survey';
import { timeText } from '@gantry/kit/time-text';
import type { ActionFailure, PlanInputs } from '../../engine/controller.ts';
import { withCondition } from '../status-condition.ts';
import type { Surroundings } from './observe.ts';
import type { GatewayReason } from './reasons.ts';

/** A condition without its times. */
export interface Fact {
  type: string;
  holds: boolean;
  /** One of Gateway API's words where there is one. */
  reason: string;
  message: string;
}

/** Conditions with these facts; those of other types stay as they are. */
export function conditionsOf(
  before: readonly MetaCondition[] | undefined,
  facts: readonly Fact[],
  generation: number | undefined,
  { nowMs }: Pick<PlanInputs, 'nowMs'>,
): MetaCondition[] {
  const now = timeText(nowMs);
  return facts.reduce<MetaCondition[]>(
    (conditions, { holds, ...rest }) =>
      withCondition(
        conditions,
        {
          ...rest,
          status: holds ? 'True' : 'False',
          ...(generation === undefined ? {} : { observedGeneration: generation }),
          lastTransitionTime: now,
        },
        now,
      ),
    [...(before ?? [])],
  );
}

/** The survey of what was observed. */
export function surveyOf({ services, ...objects }: Surroundings): Survey {
  return survey({ ...objects, service: (namespace, name) => services.get(`${namespace}/${name}`) });
}

/** What the last pass broke on. */
export function refusalsOf(failure: ActionFailure | undefined): GatewayReason[] {
  return failure === undefined ? [] : [{ type: 'changes-refused', message: failure.message }];
}
