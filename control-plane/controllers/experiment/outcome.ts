// Whether an Experiment has ended, and how: as Argo Rollouts' do. Pure.
import { PROGRESS_DEADLINE_SECONDS } from '@gantry/api/experiment/limits';
import type { Experiment } from '@gantry/api/kinds/experiment';
import type { AnalysisState, EndPhase, Span } from './runs.ts';
import { deadlineMs, type Standing } from './standing.ts';

export interface Outcome {
  phase: EndPhase;
  message: string;
  /** The template that did not become available. */
  failedTemplate?: string;
}

/** From the worst to the best, as Argo Rollouts has it. */
const WORST_FIRST: readonly EndPhase[] = ['Failed', 'Error', 'Inconclusive'];

/** The end; undefined while it goes on. */
export function outcomeOf(
  { spec }: Experiment,
  standings: readonly Standing[],
  states: readonly AnalysisState[],
  span: Span,
  nowMs: number,
): Outcome | undefined {
  const failed = worstOf(states);
  if (failed !== undefined) return failed;
  if (spec.terminate === true) return { phase: 'Successful', message: 'it was told to end (spec.terminate)' };
  const { progressDeadlineSeconds = PROGRESS_DEADLINE_SECONDS } = spec;
  const late = standings.find((one) => (deadlineMs(one, progressDeadlineSeconds) ?? Infinity) <= nowMs);
  if (late !== undefined) {
    const { name } = late.template;
    const message = `Template '${name}' exceeded its progressDeadlineSeconds (${progressDeadlineSeconds})`;
    return { phase: 'Failed', message, failedTemplate: name };
  }
  if (span.availableAtMs === undefined) return undefined;
  const impossible = states.find(({ type }) => type === 'impossible');
  if (impossible?.type === 'impossible') {
    if (patienceMs(span, progressDeadlineSeconds) > nowMs) return undefined;
    const { analysis, problems } = impossible;
    return { phase: 'Error', message: `analysis ${analysis.name} could not begin: ${problems.join('; ')}` };
  }
  return isDone(spec.duration !== undefined, states, span, nowMs)
    ? { phase: 'Successful', message: '' }
    : undefined;
}

/** Until when an analysis that cannot begin is waited for. */
export function patienceMs(
  { availableAtMs = 0, finishedAtMs = Infinity }: Span,
  progressDeadlineSeconds = PROGRESS_DEADLINE_SECONDS,
): number {
  return Math.min(finishedAtMs, availableAtMs + progressDeadlineSeconds * 1000);
}

function worstOf(states: readonly AnalysisState[]): Outcome | undefined {
  for (const phase of WORST_FIRST) {
    const found = states.find((state) => state.type === 'ended' && state.verdict === phase);
    if (found?.type !== 'ended') continue;
    const why = found.message === '' ? phase : `${phase}: ${found.message}`;
    return { phase, message: `AnalysisRun ${found.name} of analysis ${found.analysis.name} is ${why}` };
  }
  return undefined;
}

/** The duration is over and all required runs have ended; without a duration these alone, or all where none is required. */
function isDone(
  hasDuration: boolean,
  states: readonly AnalysisState[],
  { finishedAtMs = Infinity }: Span,
  nowMs: number,
): boolean {
  const required = states.filter(({ analysis }) => analysis.requiredForCompletion === true);
  const decisive = hasDuration || required.length > 0 ? required : states;
  if (decisive.some(({ type }) => type !== 'ended')) return false;
  return hasDuration ? finishedAtMs <= nowMs && hasBegun(states) : decisive.length > 0;
}

/** An analysis that is still to be begun is not passed over, however short the duration. */
function hasBegun(states: readonly AnalysisState[]): boolean {
  return states.every(({ type }) => type === 'running' || type === 'ended');
}
