// How far a drain is: what became of each pod that was to leave. Pure.
import type { Pod } from '@gantry/api/kinds/pod';

/** One pod of a drain. */
export interface DrainedPod {
  uid: string;
  namespace: string;
  name: string;
  graceSeconds: number;
  /** `asked`: the eviction was granted, and the pod gets its grace. */
  state: { type: 'waiting' } | { type: 'asked' } | { type: 'refused'; why: string };
}

/** What is shown of one. */
export interface DrainLine {
  pod: DrainedPod;
  word: 'Waits' | 'Stopping' | 'Gone' | 'Refused';
  why: string;
}

/** At the beginning. */
export function drainedPods(leaving: readonly Pod[]): DrainedPod[] {
  return leaving.map(({ metadata, spec }) => ({
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    graceSeconds: spec.terminationGracePeriodSeconds ?? 30,
    state: { type: 'waiting' },
  }));
}

/** What came of an eviction. */
export function withState(
  pods: readonly DrainedPod[],
  uid: string,
  state: DrainedPod['state'],
): readonly DrainedPod[] {
  return pods.map((pod) => (pod.uid === uid ? { ...pod, state } : pod));
}

/** Lines: those that hold it up first. @param here UIDs of the pods that are on the node. */
export function drainLines(pods: readonly DrainedPod[], here: ReadonlySet<string>): DrainLine[] {
  const order: DrainLine['word'][] = ['Refused', 'Stopping', 'Waits', 'Gone'];
  return pods.map((pod) => lineOf(pod, here)).sort((a, b) => order.indexOf(a.word) - order.indexOf(b.word));
}

function lineOf(pod: DrainedPod, here: ReadonlySet<string>): DrainLine {
  if (!here.has(pod.uid)) return { pod, word: 'Gone', why: '' };
  const { state } = pod;
  if (state.type === 'refused') return { pod, word: 'Refused', why: state.why };
  if (state.type === 'asked') return { pod, word: 'Stopping', why: `has up to ${pod.graceSeconds} s to end` };
  return { pod, word: 'Waits', why: 'is evicted next' };
}

/** Whether nothing is left to wait for. */
export function isDone(lines: readonly DrainLine[]): boolean {
  return lines.every(({ word }) => word === 'Gone' || word === 'Refused');
}
