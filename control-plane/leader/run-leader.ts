// Leads when it may: campaigns, runs the leader's work while leading, steps down in time, gives the place back when
// stopped. Mutual exclusion does not rest on this file but on the fence in every transaction.
import { setMaxListeners } from 'node:events';
import { backoffMs } from '@gantry/kit/backoff';
import type { BackoffPolicy } from '@gantry/kit/backoff';
import { sleep } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { Condition, Store } from '../store/store.ts';
import { renewLeaderKey, takeLeaderKey } from './leader-key.ts';
import type { Holding } from './leader-key.ts';
import { LEADER_POLICY, initialLeaderState, moveLeader, nextLeaderStep } from './leader-state.ts';
import type { LeaderEvent, LeaderPolicy, LeaderState, LossReason } from './leader-state.ts';

/** One time of leading. */
export interface Term {
  /** To be among the conditions of every write of the leader: it holds only as long as the term does. */
  fence(): Condition;
  /** Aborted when the term is over. */
  signal: AbortSignal;
}

/** What leadership needs. */
export interface LeaderDeps {
  store: Pick<Store, 'get' | 'commit' | 'grantLease'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** Names this replica for good: the same after a restart, different from all others. */
  identity: string;
  policy?: LeaderPolicy;
  /** The leader's work. It ends soon after the term's signal is aborted; when it ends earlier the term is given back. */
  lead(term: Term): Promise<void>;
  /** Told at each change. */
  onChange?: (leads: boolean) => void;
}

/** Leadership of this replica. */
export interface Leadership {
  /** Whether this replica leads as far as it can know. For display: writes are protected by the fence. */
  leads(): boolean;
  /** Campaigns and leads until the signal is aborted; then gives the place back. Does not throw. */
  run(signal: AbortSignal): Promise<void>;
}

/** Pause between campaigns that failed for reasons other than another leader. */
const CAMPAIGN_RETRY: BackoffPolicy = { initialMs: 200, maxMs: 5_000, factor: 2, jitter: 0.3 };

/** Makes a replica that does not lead yet. */
export function createLeadership(deps: LeaderDeps): Leadership {
  return new Replica(deps);
}

class Replica implements Leadership {
  readonly #deps: LeaderDeps;
  readonly #policy: LeaderPolicy;
  #state: LeaderState;
  #holding: Holding | undefined;
  #term: { controller: AbortController; work: Promise<void> } | undefined;
  /** Ends the present wait or renewal early: the term is over, or the replica stops. */
  #wake = new AbortController();
  #failures = 0;

  constructor(deps: LeaderDeps) {
    this.#deps = deps;
    this.#policy = deps.policy ?? LEADER_POLICY;
    this.#state = initialLeaderState(deps.clock.nowMs());
  }

  leads(): boolean {
    return this.#state.phase === 'leader' && this.#deps.clock.nowMs() < this.#state.untilMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => {
      this.#wake.abort();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) await this.#step(signal);
    signal.removeEventListener('abort', onAbort);
    this.#lose('stopping');
    await this.#endWork();
  }

  async #step(signal: AbortSignal): Promise<void> {
    const step = nextLeaderStep(this.#state, this.#deps.clock.nowMs());
    switch (step.type) {
      case 'wait':
        return this.#waitUntil(step.untilMs);
      case 'campaign':
        return this.#campaign(signal);
      case 'renew':
        return this.#renew(step.deadlineMs, signal);
      case 'step-down':
        this.#lose(step.reason);
        return;
      case 'end-work':
        return this.#endWork();
    }
  }

  #move(event: LeaderEvent): void {
    this.#state = moveLeader(this.#policy, this.#state, event, this.#deps.clock.nowMs());
  }

  async #waitUntil(timeMs: number): Promise<void> {
    const { clock } = this.#deps;
    await sleep(clock, timeMs - clock.nowMs(), this.#wake.signal).catch(() => undefined);
  }

  async #campaign(signal: AbortSignal): Promise<void> {
    const { clock, store, identity, logger, random } = this.#deps;
    const sentAtMs = clock.nowMs();
    try {
      const holding = await takeLeaderKey(store, identity, this.#policy.ttlMs, signal);
      this.#failures = 0;
      if (holding === undefined) this.#move({ type: 'not-acquired' });
      else this.#begin(holding, sentAtMs);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('campaign failed', { error: messageOf(error) });
      this.#move({ type: 'not-acquired' });
      await this.#waitUntil(clock.nowMs() + backoffMs(CAMPAIGN_RETRY, ++this.#failures, random));
    }
  }

  #begin(holding: Holding, sentAtMs: number): void {
    this.#holding = holding;
    this.#wake = new AbortController();
    this.#move({ type: 'acquired', fence: holding.fence, sentAtMs });
    const controller = new AbortController();
    // All of the leader's work listens to it: many listeners are no leak here.
    setMaxListeners(0, controller.signal);
    this.#deps.logger.info('leads', { revision: holding.fence.modRevision });
    this.#deps.onChange?.(true);
    const work = this.#work({ fence: () => holding.fence, signal: controller.signal });
    this.#term = { controller, work };
  }

  async #work(term: Term): Promise<void> {
    try {
      await this.#deps.lead(term);
    } catch (error) {
      this.#deps.logger.error('the work of the leader failed', { error: messageOf(error) });
    }
    if (!term.signal.aborted) this.#lose('work-ended');
  }

  async #renew(deadlineMs: number, signal: AbortSignal): Promise<void> {
    const { clock, store, logger } = this.#deps;
    const holding = this.#holding as Holding;
    const sentAtMs = clock.nowMs();
    // Not AbortSignal.any: Node 20 keeps a trace of each for as long as its sources live.
    const renewal = new AbortController();
    const giveUp = (): void => {
      renewal.abort(new Error('not renewed in time'));
    };
    const cancelDeadline = clock.schedule(deadlineMs - sentAtMs, giveUp);
    const { signal: woken } = this.#wake;
    woken.addEventListener('abort', giveUp, { once: true });
    try {
      const outcome = await renewLeaderKey(store, holding, renewal.signal);
      if (outcome === 'renewed') this.#move({ type: 'renewed', sentAtMs });
      else this.#lose(outcome);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('leadership not renewed', { error: messageOf(error) });
      this.#move({ type: 'renewal-failed' });
    } finally {
      cancelDeadline();
      woken.removeEventListener('abort', giveUp);
    }
  }

  /** The term is over from this moment on; its work is told to end. */
  #lose(reason: LossReason): void {
    if (this.#state.phase !== 'leader') return;
    this.#move({ type: 'lost', reason });
    const level = reason === 'stopping' ? 'info' : 'warn';
    this.#deps.logger[level]('leads no longer', { reason });
    this.#term?.controller.abort(new Error(`leadership ended: ${reason}`));
    this.#deps.onChange?.(false);
    this.#wake.abort();
  }

  /** Waits for the work to end before the place is given back: two leaders' work never overlaps by our own doing. */
  async #endWork(): Promise<void> {
    await this.#term?.work;
    this.#term = undefined;
    const holding = this.#holding;
    this.#holding = undefined;
    try {
      await holding?.lease.revoke();
    } catch (error) {
      this.#deps.logger.warn('leadership not given back; it expires', { error: messageOf(error) });
    }
    this.#wake = new AbortController();
    this.#move({ type: 'work-over' });
  }
}
