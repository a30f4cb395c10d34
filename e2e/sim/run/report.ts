// What a reader sees of a run that failed.
import { describeFault } from '../plan/fault.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { describeAction } from '../plan/user-action.ts';
import type { RunResult } from './run-plan.ts';

/** Seed, invariant, what was planned and the last steps. */
export function failureReport({ plan, failure, steps }: RunResult): string {
  if (failure === undefined) return '';
  const lines = [
    `seed ${plan.seed} failed after ${seconds(failure.atMs)} s and ${steps} steps`,
    `  invariant  ${failure.invariant}: ${failure.sentence}`,
    `  seen       ${failure.seen}`,
    `  again      make sim SEED=${plan.seed}`,
    '',
    ...planLines(plan),
    '',
    'The last steps:',
    ...failure.lines.map((line) => `  ${line}`),
  ];
  return lines.join('\n');
}

/** The plan, a line for each thing. */
export function planLines(plan: RunPlan): string[] {
  const { nodes, replicas, heartbeatIntervalMs, quality, chaosMs } = plan;
  const events = [
    ...plan.faults.map((fault) => ({ atMs: fault.atMs, text: describeFault(fault) })),
    ...plan.actions.map((action) => ({
      atMs: action.atMs,
      text: `${action.user}: ${describeAction(action)}`,
    })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  return [
    `The plan: ${nodes.length} nodes, ${replicas.length} replicas, a heartbeat each ${heartbeatIntervalMs} ms, ` +
      `faults until ${seconds(chaosMs)} s, network ${JSON.stringify(quality)}`,
    ...events.map(({ atMs, text }) => `  ${seconds(atMs).padStart(8)}  ${text}`),
  ];
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
