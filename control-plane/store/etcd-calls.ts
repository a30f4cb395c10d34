// One call to etcd as the store makes it: bounded by one deadline, abortable, its error translated. Reads are tried
// again within the deadline; a write only when it cannot have reached etcd.
import type { CallOptions } from '@grpc/grpc-js';
import { sleep } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import { codeOf } from '@gantry/kit/operational-error';
import { UNARY_DEADLINE_MS } from './etcd-client.ts';
import { isTransient, translate, wasNeverSent } from './etcd-errors.ts';
import type { Attempt } from './etcd-errors.ts';
import { unavailableError } from './store-errors.ts';
import type { StoreMetrics } from './store-metrics.ts';
import { untilAborted } from '@gantry/kit/until-aborted';

const RETRY_PAUSE_MS = 150;

/** A call that takes gRPC options, its deadline among them. */
export type Call<T> = (options: CallOptions) => Promise<T>;

/** Makes calls until it is closed. */
export class EtcdCalls {
  readonly #clock: Clock;
  readonly #metrics: StoreMetrics;
  #closed = false;

  constructor(clock: Clock, metrics: StoreMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  close(): void {
    this.#closed = true;
  }

  /**
   * Runs a call.
   *
   * @throws OperationalError as in {@link translate}; the signal's reason when that is aborted first.
   */
  async run<T>(attempt: Attempt, call: Call<T>, signal?: AbortSignal): Promise<T> {
    const startedMs = this.#clock.nowMs();
    let code = 'ok';
    try {
      return await this.#tryUntilDeadline(attempt, call, signal);
    } catch (error) {
      code = codeOf(error) ?? 'aborted';
      throw error;
    } finally {
      this.#metrics.called(attempt, code, (this.#clock.nowMs() - startedMs) / 1_000);
    }
  }

  async #tryUntilDeadline<T>(attempt: Attempt, call: Call<T>, signal?: AbortSignal): Promise<T> {
    const deadline = this.#clock.nowMs() + UNARY_DEADLINE_MS;
    for (;;) {
      signal?.throwIfAborted();
      if (this.#closed) throw unavailableError('the store is closed');
      try {
        return await untilAborted(call({ deadline }), signal);
      } catch (error) {
        signal?.throwIfAborted();
        const mayHelp = attempt === 'read' ? isTransient(error) : wasNeverSent(error);
        if (!mayHelp || this.#clock.nowMs() + RETRY_PAUSE_MS >= deadline) throw translate(error, attempt);
      }
      await sleep(this.#clock, RETRY_PAUSE_MS, signal);
    }
  }
}
