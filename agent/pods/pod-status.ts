// The status of a pod, rendered from facts. Pure: the same observation yields the same status, and one that was
// rendered from its own result stays as it is.
import type { PodStatus } from '@gantry/api/kinds/pod';
import { timeText } from '@gantry/kit/time-text';
import type { PodFacts } from './container-facts.ts';
import { containerStatus, type RenderedContainer } from './container-status.ts';
import type { Observed } from './observed.ts';
import { isFinished } from './phase-table.ts';
import { podConditions } from './pod-conditions.ts';
import { qosClassOf } from './qos-class.ts';
import type { Verdict } from './verdict.ts';

export interface RenderedStatus {
  status: PodStatus;
  recheckAfterMs?: number;
}

export function renderStatus(observed: Observed, facts: PodFacts, verdict: Verdict): RenderedStatus {
  const isOver = observed.ending !== undefined || isFinished(verdict.phase);
  const render = (one: PodFacts['app'][number]): RenderedContainer =>
    containerStatus(observed, facts, one, isOver);
  const init = facts.init.map(render);
  const app = facts.app.map(render);
  const untilMs = Math.min(...[...init, ...app].map((one) => one.untilMs ?? Infinity));
  const status: PodStatus = {
    phase: verdict.phase,
    conditions: conditionsOf(observed, facts, verdict, init, app),
    ...(verdict.failure ?? {}),
    ...addressesOf(observed, facts),
    startTime: observed.pod.status?.startTime ?? observed.status.startTime ?? timeText(observed.nowMs),
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map((one) => one.status) }),
    containerStatuses: app.map((one) => one.status),
    qosClass: observed.status.qosClass ?? qosClassOf(observed.pod),
  };
  return {
    status,
    ...(untilMs === Infinity ? {} : { recheckAfterMs: Math.max(0, untilMs - observed.nowMs) }),
  };
}

function conditionsOf(
  observed: Observed,
  facts: PodFacts,
  verdict: Verdict,
  init: readonly RenderedContainer[],
  app: readonly RenderedContainer[],
) {
  const wasInitialized = observed.status.conditions?.some(
    ({ type, status }) => type === 'Initialized' && status === 'True',
  );
  return podConditions({
    nowMs: observed.nowMs,
    phase: verdict.phase,
    // A finished pod has lost its sandbox and with it the proof.
    isInitialized: facts.isInitialized || (isFinished(verdict.phase) && wasInitialized === true),
    init: init.map((one) => one.status),
    app: app.map((one) => one.status),
    before: observed.status,
    inApi: observed.pod.status?.conditions ?? [],
  });
}

/** The last address stays in the report when the sandbox is gone. */
function addressesOf(observed: Observed, facts: PodFacts): Partial<PodStatus> {
  const { hostIp } = observed.node;
  const own =
    observed.pod.spec.hostNetwork === true && facts.sandbox !== undefined ? hostIp : facts.sandbox?.ip;
  const podIp = own === undefined || own === '' ? observed.status.podIP : own;
  return {
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp === undefined || podIp === '' ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
  };
}
