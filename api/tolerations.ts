// Whether a pod may stand the taints of a node. Pure; shared by the scheduler, the DaemonSet controller and
// the eviction of pods from failing nodes.

/** A mark on a node that keeps pods off (`NoSchedule`), rather off (`PreferNoSchedule`) or drives them away. */
export interface TaintLike {
  key: string;
  value?: string;
  effect: string;
}

/** What a pod says it can stand. */
export interface TolerationLike {
  /** Absent or empty together with operator `Exists`: every key. */
  key?: string;
  /** `Equal` when absent. */
  operator?: string;
  value?: string;
  /** Absent or empty: every effect. */
  effect?: string;
  /** Only with `NoExecute`: how long the pod stays; absent means for good. */
  tolerationSeconds?: number;
}

/** Taint effects that keep a new pod from a node. */
export const HARD_EFFECTS: readonly string[] = ['NoSchedule', 'NoExecute'];

/** Whether one toleration covers one taint, as Kubernetes' core/v1 defines it. */
export function toleratesTaint(toleration: TolerationLike, taint: TaintLike): boolean {
  const { key = '', operator = '', value = '', effect = '' } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && key !== '' && value === (taint.value ?? '');
}

/**
 * The first taint with one of `effects` that no toleration covers; undefined when all are covered.
 *
 * @param effects which taints count; those that keep new pods away unless told otherwise.
 */
export function untoleratedTaint<T extends TaintLike>(
  taints: readonly T[] | undefined,
  tolerations: readonly TolerationLike[] | undefined,
  effects: readonly string[] = HARD_EFFECTS,
): T | undefined {
  return taints?.find(
    (taint) =>
      effects.includes(taint.effect) &&
      !(tolerations ?? []).some((toleration) => toleratesTaint(toleration, taint)),
  );
}
