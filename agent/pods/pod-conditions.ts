// The conditions of a pod that the node answers for. Pure.
import type { ContainerStatus, PodCondition, PodStatus } from '@gantry/api/kinds/pod';
import { timeText } from '@gantry/kit/time-text';
import type { PodPhase } from './phase-table.ts';
import { isFinished } from './phase-table.ts';

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

export interface ConditionInputs {
  nowMs: number;
  phase: PodPhase;
  isInitialized: boolean;
  init: readonly ContainerStatus[];
  app: readonly ContainerStatus[];
  /** The node's own last status: for the times of transitions. */
  before: PodStatus;
  /** The conditions in the API: those that others set are kept. */
  inApi: readonly PodCondition[];
}

const OWN = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'] as const;
type Own = (typeof OWN)[number];

export function podConditions(inputs: ConditionInputs): PodCondition[] {
  const ready = containersReady(inputs);
  const verdicts: Record<Own, Verdict> = {
    Initialized: initialized(inputs),
    Ready: ready,
    ContainersReady: ready,
    PodScheduled: { status: 'True' },
  };
  const foreign = inputs.inApi.filter(({ type }) => !OWN.some((own) => own === type));
  return [...OWN.map((type) => condition(type, verdicts[type], inputs)), ...foreign];
}

function condition(type: Own, verdict: Verdict, inputs: ConditionInputs): PodCondition {
  const known = [...(inputs.before.conditions ?? []), ...inputs.inApi].find((one) => one.type === type);
  const unchanged = known?.status === verdict.status ? known.lastTransitionTime : undefined;
  return { type, ...verdict, lastTransitionTime: unchanged ?? timeText(inputs.nowMs) };
}

function initialized({ isInitialized, phase, init }: ConditionInputs): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (isInitialized) return { status: 'True' };
  const names = init.filter((one) => !one.ready).map((one) => one.name);
  const message = `containers with incomplete status: [${names.join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotInitialized', message };
}

function containersReady({ phase, app }: ConditionInputs): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (isFinished(phase)) return { status: 'False', reason: 'PodFailed' };
  const names = app.filter((one) => !one.ready).map((one) => one.name);
  if (names.length === 0) return { status: 'True' };
  const message = `containers with unready status: [${names.join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotReady', message };
}
