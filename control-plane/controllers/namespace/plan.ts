// Decides how a namespace goes: all that is in it is deleted, and when nothing is left it is let go. New objects
// cannot come in: their creation is conditioned on a namespace that is not on its way out.
import { resourceIdOf } from '@gantry/api/definition';
import { namespaceKind, type Namespace, type NamespaceStatus } from '@gantry/api/kinds/namespace';
import { timeText } from '@gantry/kit/time-text';
import type { Action, ActionFailure, Plan, PlanInputs } from '../../engine/controller.ts';
import { counted } from '../counted.ts';
import { isDeleting } from '../pod-condition.ts';
import { withCondition } from '../status-condition.ts';
import type { Content, Observed } from './observed.ts';

/** Objects deleted in one pass; the next pass follows as soon as they are gone. */
export const DELETIONS_PER_PASS_MAX = 500;
/** The finalizer that stands for the contents. */
const CONTENT_FINALIZER = 'kubernetes';

type Condition = NonNullable<NamespaceStatus['conditions']>[number];

/** The closed union of reasons. */
export type NamespaceReason =
  | { type: 'deleting-contents'; objects: number }
  | { type: 'waiting-for-contents'; remaining: string; finalizers: readonly string[] }
  | { type: 'empty' };

/** A plan whose reasons are a namespace's. */
export interface NamespacePlan extends Plan {
  status?: NamespaceStatus;
  reasons: readonly NamespaceReason[];
}

/** Pure: the same observation and time give the same plan. */
export function plan(observed: Observed, { nowMs, failure }: PlanInputs): NamespacePlan {
  const { namespace, contents } = observed;
  if (contents.length === 0) return planEmpty(namespace);
  const deletions = contents.flatMap(deletionsOf).slice(0, DELETIONS_PER_PASS_MAX);
  const status = statusOf(observed, failure, timeText(nowMs));
  const reason: NamespaceReason =
    deletions.length > 0
      ? { type: 'deleting-contents', objects: deletions.length }
      : {
          type: 'waiting-for-contents',
          remaining: contents
            .map(({ definition, objects }) => counted(objects.length, definition.kind))
            .join(', '),
          finalizers: [...finalizersIn(contents).keys()].sort(),
        };
  return { actions: deletions, status, reasons: [reason] };
}

/** The reason as a sentence. */
export function describe(reason: NamespaceReason): string {
  switch (reason.type) {
    case 'deleting-contents':
      return `deleting ${counted(reason.objects, 'object')} in the namespace`;
    case 'waiting-for-contents':
      return `waiting until these are gone: ${reason.remaining}${heldText(reason.finalizers)}`;
    case 'empty':
      return 'nothing is left in the namespace';
  }
}

function heldText(finalizers: readonly string[]): string {
  if (finalizers.length === 0) return '';
  return `; some are kept until whoever set their finalizers removes them: ${finalizers.join(', ')}`;
}

/** Whoever else has a finalizer on the namespace still decides when it goes. */
function planEmpty(namespace: Namespace): NamespacePlan {
  const finalizers = namespace.spec?.finalizers ?? [];
  if (!finalizers.includes(CONTENT_FINALIZER)) return { actions: [], reasons: [{ type: 'empty' }] };
  const others = finalizers.filter((name) => name !== CONTENT_FINALIZER);
  const object = { ...namespace, spec: { ...namespace.spec, finalizers: others } };
  return {
    actions: [{ type: 'update', definition: namespaceKind, object }],
    reasons: [{ type: 'empty' }],
  };
}

function deletionsOf({ definition, objects }: Content): Action[] {
  return objects
    .filter((object) => !isDeleting(object))
    .map(({ metadata: { namespace = '', name = '', uid = '' } }) => ({
      type: 'delete',
      ref: { definition, namespace, name, uid },
      propagationPolicy: 'Background',
      reason: 'its namespace is being deleted',
    }));
}

function statusOf(
  { namespace, contents }: Observed,
  failure: ActionFailure | undefined,
  now: string,
): NamespaceStatus {
  const { status = {} } = namespace;
  const conditions = [
    failureCondition(failure),
    contentCondition(contents),
    finalizersCondition(contents),
  ].reduce((present, next) => withCondition(present, next, now), status.conditions);
  return { ...status, phase: 'Terminating', ...(conditions === undefined ? {} : { conditions }) };
}

function failureCondition(failure: ActionFailure | undefined): Condition {
  const type = 'NamespaceDeletionContentFailure';
  if (failure?.type === 'delete') {
    return { type, status: 'True', reason: 'ContentDeletionFailed', message: failure.message };
  }
  const message = 'All content successfully deleted, may be waiting on finalization';
  return { type, status: 'False', reason: 'ContentDeleted', message };
}

function contentCondition(contents: readonly Content[]): Condition {
  const message = `Some resources are remaining: ${remainingText(contents)}`;
  return { type: 'NamespaceContentRemaining', status: 'True', reason: 'SomeResourcesRemain', message };
}

function finalizersCondition(contents: readonly Content[]): Condition {
  const type = 'NamespaceFinalizersRemaining';
  const counts = finalizersIn(contents);
  if (counts.size === 0) {
    const message = 'All content-preserving finalizers finished';
    return { type, status: 'False', reason: 'ContentHasNoFinalizers', message };
  }
  const parts = [...counts].sort().map(([name, count]) => `${name} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${parts.join(', ')}`;
  return { type, status: 'True', reason: 'SomeFinalizersRemain', message };
}

/** Each finalizer with the number of objects that have it. */
function finalizersIn(contents: readonly Content[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { metadata } of contents.flatMap(({ objects }) => objects)) {
    for (const name of metadata.finalizers ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Kubernetes' wording. */
function remainingText(contents: readonly Content[]): string {
  return contents
    .map(({ definition, objects }) => `${resourceIdOf(definition)} has ${objects.length} resource instances`)
    .join(', ');
}
