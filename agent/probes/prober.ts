// Asks one container its probes, each at its own pace, until it is stopped. A container that ends is not asked: it
// gets a new prober with its next run.
import type { Container, Probe } from '@gantry/api/kinds/pod';
import type { Clock } from '@gantry/kit/clock';
import type { Random } from '@gantry/kit/random';
import type { ProbeState } from '../pods/observed.ts';
import type { Answer } from './answer.ts';
import { ask, type AskDeps, type AskTarget } from './ask.ts';
import { isAsked, NO_ANSWERS, probeVerdict, type ProbeCount, type ProbeKind } from './probe-verdict.ts';

export interface ProberDeps extends AskDeps {
  clock: Clock;
  /** Spreads the first questions after the agent has started. */
  random: Random;
}

export interface ProberTarget extends AskTarget {
  container: Container;
  startedAtMs: number;
  /** What is known from before the agent was restarted. */
  told?: { started: boolean; ready: boolean };
}

export interface ProberListener {
  /** The verdicts have changed. */
  onChange(): void;
  onFailure(kind: ProbeKind, message: string): void;
  /** Each answer. */
  onAnswer?(kind: ProbeKind, result: Answer['result']): void;
}

export interface Prober {
  readonly state: ProbeState;
  stop(): void;
}

const EARLY_MS = 50;
const EARLY_GROWTH = 1.5;
const PERIOD_SECONDS = 10;
const TIMEOUT_SECONDS = 1;

export function startProber(deps: ProberDeps, target: ProberTarget, listener: ProberListener): Prober {
  return new RunningProber(deps, target, listener);
}

class RunningProber implements Prober {
  state: ProbeState = {};
  readonly #deps: ProberDeps;
  readonly #target: ProberTarget;
  readonly #listener: ProberListener;
  readonly #end = new AbortController();
  #earlyTries = 0;
  readonly #counts = new Map<ProbeKind, ProbeCount>();

  constructor(deps: ProberDeps, target: ProberTarget, listener: ProberListener) {
    this.#deps = deps;
    this.#target = target;
    this.#listener = listener;
    const { startupProbe, livenessProbe, readinessProbe } = target.container;
    const isStarted = startupProbe === undefined || target.told?.started === true;
    this.state = {
      ...(isStarted ? { started: true } : {}),
      ...(target.told !== undefined && readinessProbe !== undefined ? { ready: target.told.ready } : {}),
    };
    this.#schedule('startup', startupProbe);
    this.#schedule('liveness', livenessProbe);
    this.#schedule('readiness', readinessProbe);
  }

  stop(): void {
    this.#end.abort(new Error('the container is not probed any more'));
  }

  /** The first question comes after the delay, counted from the container's start; then one each period. */
  #schedule(kind: ProbeKind, probe: Probe | undefined): void {
    if (probe === undefined) return;
    const sinceStartMs = this.#deps.clock.nowMs() - this.#target.startedAtMs;
    const delayMs = (probe.initialDelaySeconds ?? 0) * 1000 - sinceStartMs;
    const periodMs = (probe.periodSeconds ?? PERIOD_SECONDS) * 1000;
    const isAdopted = this.#target.told !== undefined;
    const spreadMs = isAdopted ? this.#deps.random.next() * periodMs : 0;
    this.#later(Math.max(0, delayMs) + spreadMs, kind, probe);
  }

  #later(delayMs: number, kind: ProbeKind, probe: Probe): void {
    if (this.#end.signal.aborted) return;
    const cancel = this.#deps.clock.schedule(delayMs, () => {
      this.#end.signal.removeEventListener('abort', cancel);
      void this.#turn(kind, probe);
    });
    this.#end.signal.addEventListener('abort', cancel, { once: true });
  }

  async #turn(kind: ProbeKind, probe: Probe): Promise<void> {
    const periodMs = (probe.periodSeconds ?? PERIOD_SECONDS) * 1000;
    const beganAtMs = this.#deps.clock.nowMs();
    if (kind === 'startup' && this.state.started === true) return;
    let earlyMs: number | undefined;
    if (isAsked(kind, this.state.started === true)) {
      const answer = await this.#ask(probe);
      if (answer.result === 'failure') earlyMs = this.#earlyMs(kind, probe, periodMs);
      this.#take(kind, probe, answer, earlyMs !== undefined);
    }
    if (this.#hasFailed(kind)) return;
    const tookMs = this.#deps.clock.nowMs() - beganAtMs;
    this.#later(Math.max(0, (earlyMs ?? periodMs) - tookMs), kind, probe);
  }

  /**
   * A program that is not listening yet mostly is a moment later: it is asked again sooner than in a period, at growing
   * distances, until it has been ready once. Commands are too dear for that.
   */
  #earlyMs(kind: ProbeKind, probe: Probe, periodMs: number): number | undefined {
    const isNew = this.#target.told === undefined && this.#counts.get(kind)?.verdict !== 'success';
    if (kind !== 'readiness' || !isNew || probe.exec !== undefined) return undefined;
    const delayMs = Math.round(EARLY_MS * EARLY_GROWTH ** this.#earlyTries);
    if (delayMs >= periodMs) return undefined;
    this.#earlyTries += 1;
    return delayMs;
  }

  async #ask(probe: Probe): Promise<Answer> {
    const deadline = new AbortController();
    const onEnd = (): void => deadline.abort(this.#end.signal.reason);
    this.#end.signal.addEventListener('abort', onEnd, { once: true });
    const timeoutMs = (probe.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000;
    const cancel = this.#deps.clock.schedule(timeoutMs, () => deadline.abort(new Error('timed out')));
    try {
      return await ask(this.#deps, probe, this.#target, deadline.signal);
    } finally {
      cancel();
      this.#end.signal.removeEventListener('abort', onEnd);
    }
  }

  #take(kind: ProbeKind, probe: Probe, answer: Answer, isEarly = false): void {
    if (this.#end.signal.aborted) return;
    this.#listener.onAnswer?.(kind, answer.result);
    if (answer.result === 'failure' && !isEarly) this.#listener.onFailure(kind, answer.message);
    const before = this.#counts.get(kind) ?? NO_ANSWERS;
    const count = probeVerdict(probe, before, answer.result);
    this.#counts.set(kind, count);
    const state = stateAfter(this.state, kind, count, answer.message);
    if (isEqual(state, this.state)) return;
    this.state = state;
    if (kind === 'startup' && state.started === true) this.#askReadinessNow();
    this.#listener.onChange();
  }

  /** A container that has just started up is not kept unready for a whole period. */
  #askReadinessNow(): void {
    const { readinessProbe } = this.#target.container;
    if (readinessProbe === undefined) return;
    void this.#ask(readinessProbe).then((answer) => this.#take('readiness', readinessProbe, answer));
  }

  /** A restart is asked for: nothing more is to be learnt. */
  #hasFailed(kind: ProbeKind): boolean {
    return kind !== 'readiness' && this.state.failed !== undefined;
  }
}

function stateAfter(state: ProbeState, kind: ProbeKind, count: ProbeCount, message: string): ProbeState {
  switch (kind) {
    case 'readiness':
      // Unready until the threshold of successes is reached, also before the threshold of failures is.
      return {
        ...state,
        ready: count.verdict === 'none' ? (state.ready ?? false) : count.verdict === 'success',
      };
    case 'startup':
      if (count.verdict === 'success') return { ...state, started: true };
      return count.verdict === 'failure' ? { ...state, failed: { probe: 'startup', message } } : state;
    case 'liveness':
      return count.verdict === 'failure' ? { ...state, failed: { probe: 'liveness', message } } : state;
  }
}

function isEqual(a: ProbeState, b: ProbeState): boolean {
  return a.started === b.started && a.ready === b.ready && a.failed?.probe === b.failed?.probe;
}
