// Writes a decision: node name and PodScheduled in one conditional write, only while the pod is still without a
// node and this scheduler still leads. Doing it twice is harmless.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { conflict } from '@gantry/api/status-error';
import { withGeneration } from '../resources/changed-object.ts';
import type { Change } from '../resources/conditional-write.ts';
import { changeObject } from '../resources/conditional-write.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import { timeText } from '../resources/new-object.ts';
import type { WriteContext } from '../resources/resources.ts';
import { withScheduledCondition } from './scheduled-condition.ts';

/** A decision to be written. */
export interface Binding {
  key: ObjectKey;
  uid: string;
  node: string;
}

/**
 * Binds a pod to its node.
 *
 * @throws StatusError 404 or 409 when the pod is gone, another one, on its way out, or bound elsewhere: nothing was
 * written. StatusError 504 when it is not known whether it was written. OperationalError `fenced`.
 */
export async function bindPod(
  deps: ResourcesDeps,
  binding: Binding,
  context: Pick<WriteContext, 'fence' | 'signal'>,
): Promise<void> {
  const decide = (current: AnyObject): Change => boundPod(current, binding, timeText(deps.clock.nowMs()));
  await changeObject(deps, podKind, binding.key, { ...context, dryRun: false }, decide);
}

/**
 * The pod with its node; `same` when it already is on it.
 *
 * @throws StatusError 409 when it may not be bound.
 */
export function boundPod(current: AnyObject, { uid, node, key }: Binding, now: string): Change {
  const pod = current as Pod;
  const present = pod.spec.nodeName ?? '';
  if (pod.metadata.uid !== uid) throw conflict(podKind, key.name, `pod ${key.name} is another one by now`);
  if (present === node) return { type: 'same', object: current };
  if (present !== '') {
    throw conflict(podKind, key.name, `pod ${key.name} is already assigned to node "${present}"`);
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    throw conflict(podKind, key.name, `pod ${key.name} is being deleted, cannot be assigned to a host`);
  }
  const status = withScheduledCondition(pod.status, { status: 'True' }, now);
  const next = { ...pod, spec: { ...pod.spec, nodeName: node }, status };
  return { type: 'put', object: withGeneration(podKind, current, next) };
}
