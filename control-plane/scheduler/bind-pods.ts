// Writes decisions: node name and PodScheduled in one conditional write each, only while the pod is still without a
// node and this scheduler still leads. Many share a transaction. Doing it twice is harmless.
import { podKind, type Pod, type PodStatus } from '@gantry/api/kinds/pod';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { conflict } from '@gantry/api/status-error';
import { timeText } from '@gantry/kit/time-text';
import type { ChangeAnswer } from '../resources/change-together.ts';
import { changeTogether } from '../resources/change-together.ts';
import type { Change } from '../resources/conditional-write.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import type { WriteContext } from '../resources/resources.ts';
import { withScheduledCondition } from './scheduled-condition.ts';

/** A decision to be written. */
export interface Binding {
  key: ObjectKey;
  uid: string;
  node: string;
}

/**
 * Binds pods to their nodes. Does not throw; the answers are in the order of the bindings. `done`: the pod is on its
 * node. Else why not: StatusError 404 or 409, the pod is gone, another one, on its way out, or bound elsewhere, and
 * nothing was written; StatusError 504, it is not known whether it was written; OperationalError `fenced`, this
 * scheduler no longer leads.
 */
export function bindPods(
  deps: ResourcesDeps,
  bindings: readonly Binding[],
  context: Pick<WriteContext, 'fence' | 'signal'> & Partial<Pick<WriteContext, 'user' | 'fieldManager'>>,
): Promise<ChangeAnswer[]> {
  const now = timeText(deps.clock.nowMs());
  const changes = bindings.map((binding) => ({
    key: binding.key,
    decide: (current: AnyObject): Change => decideBind(current as Pod, binding, now),
  }));
  return changeTogether(deps, podKind, changes, context);
}

function decideBind(pod: Pod, { uid, node, key }: Binding, now: string): Change {
  const { metadata, spec } = pod;
  const present = spec.nodeName ?? '';
  const refusal = (sentence: string): Error => conflict(podKind, key.name, `pod ${key.name} ${sentence}`);
  if (metadata.uid !== uid) throw refusal('is another one by now');
  if (present === node) return { type: 'same', object: pod };
  if (present !== '') throw refusal(`is already assigned to node "${present}"`);
  if (metadata.deletionTimestamp !== undefined) {
    throw refusal('is being deleted, cannot be assigned to a host');
  }
  return { type: 'put', object: boundPod(pod, node, now) };
}

/** The pod with its node: a new desired state. */
function boundPod(pod: Pod, node: string, now: string): Pod {
  const generation = (pod.metadata.generation ?? 0) + 1;
  return {
    ...pod,
    metadata: { ...pod.metadata, generation },
    spec: { ...pod.spec, nodeName: node },
    status: withScheduledCondition(withoutRoom(pod.status), { status: 'True' }, now),
  };
}

/** The room that was held for it, if any, is its own now or somebody else's. */
function withoutRoom(status: PodStatus = {}): PodStatus {
  if (status.nominatedNodeName === undefined) return status;
  const { nominatedNodeName: _, ...rest } = status;
  return rest;
}
