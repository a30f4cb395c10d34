// Asks the store every few seconds whether it is there, so that /readyz can tell without waiting.
import { sleep } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import type { Store } from '../store/store.ts';
import type { HealthCheck } from './health.ts';

const PROBE_EVERY_MS = 5_000;
/** One failed probe is no trouble yet. */
const TROUBLE_AFTER_MS = 12_000;

/** Probes in the background. */
export interface StoreProbe {
  check: HealthCheck;
  /** Probes until the signal is aborted; does not throw. */
  run(signal: AbortSignal): Promise<void>;
}

/** Makes a probe that is well until proved otherwise. */
export function createStoreProbe(deps: { store: Pick<Store, 'currentRevision'>; clock: Clock }): StoreProbe {
  let wellMs = deps.clock.nowMs();
  let failure = '';
  const probe = async (signal: AbortSignal): Promise<void> => {
    try {
      await deps.store.currentRevision(signal);
      wellMs = deps.clock.nowMs();
    } catch (error) {
      failure = messageOf(error);
    }
  };
  return {
    check: {
      name: 'etcd',
      vital: false,
      trouble: () => (deps.clock.nowMs() - wellMs > TROUBLE_AFTER_MS ? failure || 'no answer' : undefined),
    },
    async run(signal) {
      while (!signal.aborted) {
        await probe(signal);
        await sleep(deps.clock, PROBE_EVERY_MS, signal).catch(() => undefined);
      }
    },
  };
}
