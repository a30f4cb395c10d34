// What a request to delete an object leads to: gone at once, marked and waiting for grace or finalizers, or
// nothing new. Pure; a table of Kubernetes' rules.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { conflict, invalid } from '@gantry/api/status-error';
import { timeText } from '@gantry/kit/time-text';
import type { DeleteOptions } from './resources.ts';

/** The owner waits for its dependents to go first. */
export const FOREGROUND_FINALIZER = 'foregroundDeletion';
/** The owner's dependents are let go before it goes. */
export const ORPHAN_FINALIZER = 'orphan';

/** What is to be done. `mark` stores `object`; `remove` takes the key away and shows `object` as its last state. */
export type DeletionStep =
  | { type: 'remove'; object: AnyObject }
  | { type: 'mark'; object: AnyObject }
  | { type: 'nothing'; object: AnyObject };

/**
 * Decides the next state of an object that a client wants gone.
 *
 * @throws StatusError 409 when a precondition fails.
 */
export function decideDeletion(
  definition: KindDefinition,
  current: AnyObject,
  options: DeleteOptions,
  nowMs: number,
): DeletionStep {
  checkPreconditions(definition, current, options);
  const finalizers = finalizersFor(current.metadata.finalizers ?? [], options.propagationPolicy);
  const graceSeconds = graceFor(definition, current, options);
  const isKept = (definition.specFinalizers?.(current).length ?? 0) > 0;
  if (finalizers.length === 0 && !isKept && graceSeconds === 0) return { type: 'remove', object: current };
  const marked = markedObject(current, finalizers, graceSeconds, nowMs);
  return marked === undefined ? { type: 'nothing', object: current } : { type: 'mark', object: marked };
}

function checkPreconditions(definition: KindDefinition, current: AnyObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = current;
  const name = metadata.name ?? '';
  if (uid !== undefined && uid !== metadata.uid) {
    const found = `UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`;
    throw conflict(definition, name, `Precondition failed: ${found}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const found = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion ?? ''}`;
    throw conflict(definition, name, `Precondition failed: ${found}`);
  }
}

/** A policy that is named wins over finalizers that an earlier request left; none leaves them as they are. */
function finalizersFor(present: readonly string[], policy: DeleteOptions['propagationPolicy']): string[] {
  if (policy === undefined) return [...present];
  const others = present.filter((name) => name !== FOREGROUND_FINALIZER && name !== ORPHAN_FINALIZER);
  if (policy === 'Foreground') return [...others, FOREGROUND_FINALIZER];
  return policy === 'Orphan' ? [...others, ORPHAN_FINALIZER] : others;
}

/** Seconds that the object still has. A second request may shorten the time, never lengthen it. */
function graceFor(definition: KindDefinition, current: AnyObject, options: DeleteOptions): number {
  if (definition.gracePeriodSeconds === undefined) return 0;
  const usual = definition.gracePeriodSeconds(current);
  const asked = usual === 0 ? 0 : Math.max(0, options.gracePeriodSeconds ?? usual);
  if (current.metadata.deletionTimestamp === undefined) return asked;
  const running = current.metadata.deletionGracePeriodSeconds ?? 0;
  return options.gracePeriodSeconds === undefined ? running : Math.min(running, asked);
}

/** The object marked as being deleted; undefined when it already is, in just this way. */
function markedObject(
  current: AnyObject,
  finalizers: string[],
  graceSeconds: number,
  nowMs: number,
): AnyObject | undefined {
  const { metadata } = current;
  const first = metadata.deletionTimestamp === undefined;
  const sameGrace = !first && metadata.deletionGracePeriodSeconds === graceSeconds;
  const sameFinalizers = isSameList(metadata.finalizers ?? [], finalizers);
  if (sameGrace && sameFinalizers) return undefined;
  const { finalizers: _, ...rest } = metadata;
  return {
    ...current,
    metadata: {
      ...rest,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      ...(sameGrace ? {} : { deletionTimestamp: timeText(nowMs + graceSeconds * 1000) }),
      deletionGracePeriodSeconds: graceSeconds,
      ...(first && metadata.generation !== undefined ? { generation: metadata.generation + 1 } : {}),
    },
  };
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/**
 * Refuses finalizers that are added to an object on its way out: nobody may be waiting for them.
 *
 * @throws StatusError 422.
 */
export function checkNoNewFinalizers(definition: KindDefinition, current: AnyObject, next: AnyObject): void {
  if (current.metadata.deletionTimestamp === undefined) return;
  const present = new Set(current.metadata.finalizers ?? []);
  const added = (next.metadata.finalizers ?? []).filter((name) => !present.has(name));
  if (added.length === 0) return;
  throw invalid(definition, current.metadata.name ?? '', [
    {
      path: 'metadata.finalizers',
      reason: 'FieldValueForbidden',
      message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers [${added.join(', ')}]`,
    },
  ]);
}
