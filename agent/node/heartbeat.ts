// Says "I am alive" by renewing the node's Lease. One small write a beat; beats never overlap and never pile up.
import type { Client } from '@gantry/api/client';
import {
  DRAINED_REVISION_ANNOTATION,
  leaseKind,
  PROXY_REVISION_ANNOTATION,
  SPLIT_REVISION_ANNOTATION,
  type Lease,
} from '@gantry/api/kinds/lease';
import { isAlreadyExists, isConflict, isNotFound } from '@gantry/api/status-error';
import { TransportError } from '@gantry/api/transport-error';
import { childAbort } from '@gantry/kit/child-abort';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { Nap } from '@gantry/kit/nap';
import { messageOf } from '@gantry/kit/operational-error';

export interface HeartbeatDeps {
  client: Pick<Client, 'get' | 'create' | 'update'>;
  clock: Clock;
  logger: Logger;
  nodeName: string;
  intervalMs: number;
  /** From the first beat to the second; an interval when absent. */
  secondBeatMs?: number | undefined;
  /** A beat that is answered. */
  onAnswer?(): void;
  /** Each beat, once it was answered or has failed. */
  onBeat?(isAnswered: boolean, tookMs: number): void;
  /** The first beat that is answered after some that were not. */
  onBack(): void;
  /** How far the node's service proxy is; undefined when it has none. @param before what the Lease says now. */
  proxyRevision?(before: string | undefined): string | undefined;
  /** How far requests have ended to what its proxy has taken out; undefined where that is not known apart. */
  drainedRevision?(before: string | undefined): string | undefined;
  /** By which TrafficSplits its proxy treats new requests. */
  splitRevision?(before: string | undefined): string | undefined;
}

export interface Heartbeat {
  /** Beats until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** There is something to tell that somebody waits for: the next beat comes early, a tenth of an interval after the last. */
  beatSoon(): void;
}

export const LEASE_NAMESPACE = 'kube-node-lease';
/** So many missed beats make the node NotReady. */
export const BEATS_MISSED_MAX = 5;
/** Beats are at least this share of an interval apart. */
const GAP_SHARE = 0.1;
const TIMEOUT_MIN_MS = 3_000;

export function createHeartbeat(deps: HeartbeatDeps): Heartbeat {
  const nap = new Nap();
  return {
    beatSoon: () => nap.wake(),
    run: (signal) =>
      runBeats(deps, signal, async (leastMs, pauseMs) => {
        const { clock } = deps;
        const earliestMs = clock.nowMs() + leastMs;
        await nap.take(clock, pauseMs, signal);
        const restMs = earliestMs - clock.nowMs();
        if (restMs > 0) await sleep(clock, restMs, signal).catch(() => undefined);
      }),
  };
}

async function runBeats(
  deps: HeartbeatDeps,
  signal: AbortSignal,
  pause: (leastMs: number, pauseMs: number) => Promise<void>,
): Promise<void> {
  const { clock, logger, intervalMs } = deps;
  let lease: Lease | undefined;
  let isAway = false;
  let pauseMs = deps.secondBeatMs ?? intervalMs;
  const inTime = withinTime(clock, Math.max(TIMEOUT_MIN_MS, intervalMs), signal);
  while (!signal.aborted) {
    const beganAtMs = clock.nowMs();
    try {
      lease = await inTime((deadline) => beat(deps, lease, deadline));
      deps.onAnswer?.();
      deps.onBeat?.(true, clock.nowMs() - beganAtMs);
      if (isAway) deps.onBack();
      isAway = false;
    } catch (error) {
      if (signal.aborted) return;
      deps.onBeat?.(false, clock.nowMs() - beganAtMs);
      // Whatever is there now is read again.
      lease = undefined;
      if (!isAway) logger.warn('the control plane does not take heartbeats', { error: messageOf(error) });
      isAway = true;
    }
    const tookMs = clock.nowMs() - beganAtMs;
    const leastMs = intervalMs * GAP_SHARE;
    await pause(leastMs, Math.max(leastMs, pauseMs - tookMs));
    pauseMs = intervalMs;
  }
}

/** Renews, makes or takes over the Lease. */
async function beat(deps: HeartbeatDeps, lease: Lease | undefined, signal: AbortSignal): Promise<Lease> {
  const { client, nodeName } = deps;
  const key = { namespace: LEASE_NAMESPACE, name: nodeName };
  const current = lease ?? (await client.get(leaseKind, key, signal).catch(absent));
  try {
    if (current === undefined) return await client.create(leaseKind, renewed(deps, undefined), { signal });
    return await client.update(leaseKind, renewed(deps, current), { signal });
  } catch (error) {
    if (!isConflict(error) && !isNotFound(error) && !isAlreadyExists(error)) throw error;
    const found = await client.get(leaseKind, key, signal).catch(absent);
    const next = renewed(deps, found);
    return found === undefined
      ? client.create(leaseKind, next, { signal })
      : client.update(leaseKind, next, { signal });
  }
}

function renewed(deps: HeartbeatDeps, lease: Lease | undefined): Lease {
  const { clock, nodeName, intervalMs } = deps;
  const now = microTimeText(clock.nowMs());
  const { resourceVersion, uid } = lease?.metadata ?? {};
  const annotations = annotationsOf(deps, lease?.metadata.annotations ?? {});
  const isOurs = lease?.spec.holderIdentity === nodeName;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: nodeName,
      namespace: LEASE_NAMESPACE,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(uid === undefined ? {} : { uid }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      holderIdentity: nodeName,
      leaseDurationSeconds: Math.max(1, Math.ceil((intervalMs * BEATS_MISSED_MAX) / 1000)),
      acquireTime: isOurs ? (lease.spec.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (lease?.spec.leaseTransitions ?? 0) + (lease === undefined || isOurs ? 0 : 1),
    },
  };
}

function annotationsOf(
  deps: HeartbeatDeps,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const revision = deps.proxyRevision?.(before[PROXY_REVISION_ANNOTATION]);
  const drained = deps.drainedRevision?.(before[DRAINED_REVISION_ANNOTATION]);
  const splits = deps.splitRevision?.(before[SPLIT_REVISION_ANNOTATION]);
  return {
    ...(revision === undefined ? {} : { [PROXY_REVISION_ANNOTATION]: revision }),
    ...(drained === undefined ? {} : { [DRAINED_REVISION_ANNOTATION]: drained }),
    ...(splits === undefined ? {} : { [SPLIT_REVISION_ANNOTATION]: splits }),
  };
}

/** Leases carry microseconds. */
function microTimeText(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}

function absent(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}

/** Gives up what takes longer than `timeoutMs`. One signal serves until it was needed: beats go on for ever. */
function withinTime(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
): <T>(run: (deadline: AbortSignal) => Promise<T>) => Promise<T> {
  let late = childAbort(signal);
  return async (run) => {
    if (late.signal.aborted) late = childAbort(signal);
    const deadline = late;
    const cancel = clock.schedule(timeoutMs, () =>
      deadline.abort(new TransportError('timeout', 'no answer in time')),
    );
    try {
      return await run(deadline.signal);
    } finally {
      cancel();
    }
  };
}
