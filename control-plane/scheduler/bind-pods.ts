// Writes decisions: node name and PodScheduled in one conditional write each, only while the pod is still without a
// node and this scheduler still leads. Many share a transaction. Doing it twice is harmless.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { conflict } from '@gantry/api/status-error';
import type { SmallWrite } from '../resources/commit-together.ts';
import { commitTogether } from '../resources/commit-together.ts';
import type { Change } from '../resources/conditional-write.ts';
import { changeObject } from '../resources/conditional-write.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import { timeText } from '../resources/new-object.ts';
import { storeKeyOf, valueOf } from '../resources/object-key.ts';
import type { WriteContext } from '../resources/resources.ts';
import { withScheduledCondition } from './scheduled-condition.ts';

/** A decision to be written. */
export interface Binding {
  key: ObjectKey;
  uid: string;
  node: string;
}

/**
 * `bound`: the pod is on its node. Else why not: StatusError 404 or 409, the pod is gone, another one, on its way out,
 * or bound elsewhere, and nothing was written; StatusError 504, it is not known whether it was written;
 * OperationalError `fenced`, this scheduler no longer leads.
 */
export type BindAnswer = 'bound' | { error: unknown };

type BindContext = Pick<WriteContext, 'fence' | 'signal'>;

/** Binds pods to their nodes. Does not throw; the answers are in the order of the bindings. */
export async function bindPods(
  deps: ResourcesDeps,
  bindings: readonly Binding[],
  context: BindContext,
): Promise<BindAnswer[]> {
  const now = timeText(deps.clock.nowMs());
  const shared = bindings.map((binding) => ({ binding, write: plainBind(deps, binding, now) }));
  const writes = shared.flatMap(({ write }) => (write === undefined ? [] : [write]));
  const outcomes = new Map(
    (await commitTogether(deps, writes, context)).map((outcome, index) => [writes[index], outcome]),
  );
  return Promise.all(
    shared.map(async ({ binding, write }): Promise<BindAnswer> => {
      const outcome = write === undefined ? undefined : outcomes.get(write);
      if (outcome?.type === 'done') return 'bound';
      if (outcome?.type === 'failed') return { error: outcome.error };
      // Not as the cache has it: the newest state decides.
      return bindOne(deps, binding, context).catch((error: unknown) => ({ error }));
    }),
  );
}

/** The write that binds the pod as the cache has it; undefined when that state does not call for one. */
function plainBind(deps: ResourcesDeps, binding: Binding, now: string): SmallWrite | undefined {
  const current = deps.cache.get<Pod>(podKind, binding.key);
  if (current === undefined || whyUnbindable(current, binding) !== undefined) return undefined;
  if ((current.spec.nodeName ?? '') !== '') return undefined;
  const key = storeKeyOf(podKind, binding.key);
  const modRevision = Number(current.metadata.resourceVersion);
  const bound = boundPod(current, binding.node, now);
  const value = valueOf(bound);
  deps.cache.expect(podKind, binding.key, value, bound);
  return { conditions: [{ key, modRevision }], write: { type: 'put', key, value } };
}

async function bindOne(deps: ResourcesDeps, binding: Binding, context: BindContext): Promise<'bound'> {
  const now = timeText(deps.clock.nowMs());
  const decide = (current: AnyObject): Change => {
    const pod = current as Pod;
    const refusal = whyUnbindable(pod, binding);
    if (refusal !== undefined) throw refusal;
    if (pod.spec.nodeName === binding.node) return { type: 'same', object: current };
    return { type: 'put', object: boundPod(pod, binding.node, now) };
  };
  await changeObject(deps, podKind, binding.key, { ...context, dryRun: false }, decide);
  return 'bound';
}

function whyUnbindable({ metadata, spec }: Pod, { uid, node, key }: Binding): Error | undefined {
  const present = spec.nodeName ?? '';
  const refusal = (sentence: string): Error => conflict(podKind, key.name, `pod ${key.name} ${sentence}`);
  if (metadata.uid !== uid) return refusal('is another one by now');
  if (present === node) return undefined;
  if (present !== '') return refusal(`is already assigned to node "${present}"`);
  if (metadata.deletionTimestamp !== undefined)
    return refusal('is being deleted, cannot be assigned to a host');
  return undefined;
}

/** The pod with its node: a new desired state. */
function boundPod(pod: Pod, node: string, now: string): Pod {
  const generation = (pod.metadata.generation ?? 0) + 1;
  // The room that was held for it, if any, is its own now or somebody else's.
  const { nominatedNodeName: _, ...status } = pod.status ?? {};
  return {
    ...pod,
    metadata: { ...pod.metadata, generation },
    spec: { ...pod.spec, nodeName: node },
    status: withScheduledCondition(status, { status: 'True' }, now),
  };
}
