// How far a rollout is, in a sentence, and whether it is done. Pure; the same questions that kubectl asks.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { ExplainedReason, Explanation, PodsNotReady } from '@gantry/api/explanation';
import type { AnyObject } from '@gantry/api/meta';

/** Where a rollout stands. `failed` ends the wait. */
export interface RolloutProgress {
  done: boolean;
  failed: boolean;
  sentence: string;
}

/** Progress of a Deployment or DaemonSet. */
export function rolloutProgress(object: AnyObject): RolloutProgress {
  return object.kind === 'DaemonSet'
    ? daemonSetProgress(object as unknown as DaemonSet)
    : deploymentProgress(object as unknown as Deployment);
}

function deploymentProgress({ metadata, spec, status = {} }: Deployment): RolloutProgress {
  const name = `deployment "${metadata.name}"`;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return waiting(`${name}: the change has not been seen yet`);
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return {
      done: false,
      failed: true,
      sentence: `${name} exceeded its progress deadline: ${progressing.message ?? ''}`,
    };
  }
  const wanted = spec.replicas ?? 1;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < wanted) return waiting(`${updatedReplicas} of ${wanted} new replicas have been made`);
  if (replicas > updatedReplicas)
    return waiting(`${replicas - updatedReplicas} old replicas are still ending`);
  if (availableReplicas < updatedReplicas)
    return waiting(`${availableReplicas} of ${updatedReplicas} new replicas are available`);
  return { done: true, failed: false, sentence: `${name} successfully rolled out` };
}

function daemonSetProgress({ metadata, spec, status }: DaemonSet): RolloutProgress {
  const name = `daemon set "${metadata.name}"`;
  if (spec.updateStrategy?.type === 'OnDelete') {
    return {
      done: false,
      failed: true,
      sentence: `${name} is updated pod by pod as you delete them (OnDelete)`,
    };
  }
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return waiting(`${name}: the change has not been seen yet`);
  const wanted = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? 0;
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are of the new version`);
  if (available < wanted) return waiting(`${available} of ${wanted} new pods are available`);
  return { done: true, failed: false, sentence: `${name} successfully rolled out` };
}

/** Reasons beside its pods that a rollout may wait for. Those that only say how far it is are left out. */
const HELD_UP: ReadonlySet<string> = new Set(['changes-refused', 'name-taken', 'paused']);
const WAITS_SHOWN = 3;

/** What keeps the rollout: `2 pods of web-5d9 not ready (image pull back-off)`. Empty when nothing tells. */
export function rolloutWaits(explanations: readonly Explanation[]): string {
  const waits = explanations.flatMap(({ reasons, sentences }) =>
    reasons.flatMap((reason, index) => {
      if (isPodsNotReady(reason)) return [podsText(reason)];
      return HELD_UP.has(reason.type) ? [sentences[index] ?? reason.type] : [];
    }),
  );
  return waits.slice(0, WAITS_SHOWN).join(', ');
}

/** The progress with what it waits for. */
export function progressText({ sentence, done }: RolloutProgress, waits: string): string {
  return done || waits === '' ? sentence : `${sentence}; waiting: ${waits}`;
}

function isPodsNotReady(reason: ExplainedReason): reason is PodsNotReady {
  return reason.type === 'pods-not-ready';
}

function podsText({ pods, of, cause }: PodsNotReady): string {
  return `${pods} pod${pods === 1 ? '' : 's'}${of === undefined ? '' : ` of ${of}`} not ready (${cause})`;
}

function waiting(sentence: string): RolloutProgress {
  return { done: false, failed: false, sentence };
}
