// The containers of a pod: what each does, how its last run ended, what its probes ask and what they find. Pure.
import type { Event } from '@gantry/api/kinds/event';
import { lastSeen } from '@gantry/api/kinds/event-columns';
import type { Container, ContainerState, ContainerStatus, Pod } from '@gantry/api/kinds/pod';
import { probeText } from '@gantry/api/kinds/pod/probe-text';
import type { Tone } from '../../parts/badge.tsx';

/** A container with what is observed of it. */
export interface ContainerView {
  container: Container;
  status: ContainerStatus | undefined;
  isInit: boolean;
}

/** Init containers first, in the order in which they run. */
export function containersOf({ spec, status }: Pod): ContainerView[] {
  const view = (
    containers: readonly Container[],
    statuses: readonly ContainerStatus[] = [],
    isInit: boolean,
  ): ContainerView[] =>
    containers.map((container) => ({
      container,
      isInit,
      status: statuses.find(({ name }) => name === container.name),
    }));
  return [
    ...view(spec.initContainers ?? [], status?.initContainerStatuses, true),
    ...view(spec.containers, status?.containerStatuses, false),
  ];
}

/** A state as a word, its colour, and a sentence. */
export interface StateText {
  word: string;
  tone: Tone;
  detail: string;
  /** Since when, or when it ended. */
  since: string | undefined;
}

/** What a container did when its node was heard last: whether it still does, nobody knows. */
export function lastHeard(state: StateText): StateText {
  return state.word === 'Running'
    ? {
        ...state,
        tone: 'warn',
        word: 'Was running',
        detail: 'when its node was heard last',
        since: undefined,
      }
    : state;
}

/** What a container does. */
export function stateText(state: ContainerState | undefined): StateText | undefined {
  if (state?.running !== undefined)
    return { word: 'Running', tone: 'good', detail: '', since: state.running.startedAt };
  if (state?.terminated !== undefined) return endText(state.terminated);
  if (state?.waiting === undefined) return undefined;
  const { reason = 'Waiting', message = '' } = state.waiting;
  const early = reason === 'ContainerCreating' || reason === 'PodInitializing' || reason === 'Waiting';
  return { word: reason, tone: early ? 'busy' : 'bad', detail: message, since: undefined };
}

function endText(end: NonNullable<ContainerState['terminated']>): StateText {
  const { exitCode, signal = 0, reason, message = '', finishedAt } = end;
  const how = `exit code ${exitCode}${signal === 0 ? '' : `, signal ${signal}`}`;
  return {
    word: reason ?? 'Ended',
    tone: exitCode === 0 ? 'quiet' : 'bad',
    detail: message.trim() === '' ? how : `${how}: ${message.trim()}`,
    since: finishedAt,
  };
}

/** A probe, as the page shows it. */
export interface ProbeView {
  kind: 'Startup' | 'Liveness' | 'Readiness';
  settings: string;
  verdict: string;
  tone: Tone;
  /** What it said when it failed last. */
  failure: { message: string; at: string | undefined; count: number } | undefined;
}

const KINDS = [
  ['Startup', 'startupProbe'],
  ['Liveness', 'livenessProbe'],
  ['Readiness', 'readinessProbe'],
] as const;

/** The probes of a container. `events` are those of its pod: agents tell there what a probe has found. */
export function probesOf({ container, status }: ContainerView, events: readonly Event[]): ProbeView[] {
  return KINDS.flatMap(([kind, field]): ProbeView[] => {
    const settings = probeText(container[field]);
    if (settings === undefined) return [];
    const failure = lastFailure(kind, container.name, events);
    return [{ kind, settings, ...verdictOf(kind, status), failure }];
  });
}

function verdictOf(
  kind: ProbeView['kind'],
  status: ContainerStatus | undefined,
): Pick<ProbeView, 'verdict' | 'tone'> {
  if (status?.state?.running === undefined) return { verdict: 'not asked: it does not run', tone: 'quiet' };
  const started = status.started === true;
  if (kind === 'Startup')
    return started
      ? { verdict: 'has succeeded', tone: 'good' }
      : { verdict: 'has not succeeded yet', tone: 'busy' };
  if (!started) return { verdict: 'not asked before the startup probe has succeeded', tone: 'quiet' };
  if (kind === 'Liveness') return { verdict: 'alive: it has not failed for good', tone: 'good' };
  return status.ready
    ? { verdict: 'succeeds: gets traffic', tone: 'good' }
    : { verdict: 'does not succeed: gets no traffic', tone: 'warn' };
}

function lastFailure(
  kind: string,
  container: string,
  events: readonly Event[],
): ProbeView['failure'] | undefined {
  const start = `${kind} probe failed: `;
  const found = events
    .filter(
      ({ reason, message = '', involvedObject }) =>
        reason === 'Unhealthy' &&
        message.startsWith(start) &&
        (involvedObject.fieldPath ?? '').includes(`{${container}}`),
    )
    .sort((a, b) => Date.parse(lastSeen(b) ?? '') - Date.parse(lastSeen(a) ?? ''))[0];
  if (found === undefined) return undefined;
  return {
    message: (found.message ?? '').slice(start.length),
    at: lastSeen(found),
    count: found.series?.count ?? found.count ?? 1,
  };
}
