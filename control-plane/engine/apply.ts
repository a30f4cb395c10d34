// The one file that acts. Turns the generic actions of any controller's plan into writes: each fenced, each safe
// to repeat, as many at once as the store groups well. Never decides; says what became of the plan.
import type { AnyObject } from '@gantry/api/meta';
import type { WriteContext } from '../resources/resources.ts';
import { aimOf, type ActionResult, type Change } from './action-result.ts';
import type { Action, ActionFailure } from './controller.ts';
import type { EngineMetrics } from './engine-metrics.ts';
import type { EventRecorder } from './events.ts';
import { performChange, type ChangeDeps } from './perform-change.ts';

/** Writes of one plan in flight at once; the store groups them into few transactions. */
export const WRITES_AT_ONCE = 64;
/** Creations come in growing batches, so that a plan whose pods are refused does not ask 500 times. */
export const FIRST_CREATES = 8;

/** What applying needs. */
export interface ApplyDeps extends ChangeDeps {
  events: EventRecorder;
  metrics: Pick<EngineMetrics, 'writes' | 'measure'>;
}

/** One application of a plan. */
export interface ApplyJob {
  controller: string;
  /** Events about failures are recorded on it. */
  primary: AnyObject;
  actions: readonly Action[];
  /** The last pass over this key failed: begin with a single creation. */
  cautious: boolean;
  context: WriteContext;
}

/** What became of a plan. */
export interface ApplyOutcome {
  /** The newest revision that was written; 0 when nothing was. */
  revision: number;
  /** Objects changed. */
  writes: number;
  /** Someone else has changed what was observed. */
  conflict: boolean;
  /** The first action that failed. */
  failure?: ActionFailure;
  /** A write may have been made without our knowing. */
  ambiguous: boolean;
}

/** Does what a plan says. Rejects only when the signal is aborted. */
export async function applyPlan(deps: ApplyDeps, job: ApplyJob): Promise<ApplyOutcome> {
  const changes = job.actions.filter(isChange);
  const creates = changes.filter((change) => change.type === 'create');
  const statuses = changes.filter((change) => change.type === 'write-status');
  const others = changes.filter((change) => change.type === 'update' || change.type === 'delete');
  const tally = new Tally();
  const perform = async (change: Change): Promise<boolean> => {
    const result = await performChange(deps, job.context, change, tally.ownRevisions);
    tally.add(change, result);
    report(deps, job, change, result);
    return result.type !== 'failed';
  };
  const firstCreates = job.cautious ? 1 : FIRST_CREATES;
  await Promise.all([
    inBatches(others, WRITES_AT_ONCE, perform),
    inBatches(creates, firstCreates, perform, { growing: true }),
  ]);
  await inBatches(statuses, WRITES_AT_ONCE, perform);
  for (const action of job.actions) {
    if (action.type === 'record-event') deps.events.record(action, sourceOf(job));
    if (action.type === 'measure') deps.metrics.measure(action.metric, action.labels ?? {}, action.value);
  }
  job.context.signal?.throwIfAborted();
  return tally.outcome;
}

function isChange(action: Action): action is Change {
  return action.type !== 'record-event' && action.type !== 'measure';
}

/** Performs all, batch after batch; growing batches double, and a failure in one ends the row. */
async function inBatches(
  changes: readonly Change[],
  first: number,
  perform: (change: Change) => Promise<boolean>,
  { growing = false } = {},
): Promise<void> {
  let size = first;
  for (let from = 0; from < changes.length;) {
    const done = await Promise.all(changes.slice(from, from + size).map(perform));
    if (growing && done.includes(false)) return;
    from += size;
    if (growing) size = Math.min(size * 2, WRITES_AT_ONCE);
  }
}

/** Counts what became of the changes of one plan. */
class Tally {
  readonly outcome: ApplyOutcome = { revision: 0, writes: 0, conflict: false, ambiguous: false };
  readonly ownRevisions = new Map<string, { from: string; to: string }>();

  add(change: Change, result: ActionResult): void {
    if (result.type === 'conflict') this.outcome.conflict = true;
    if (result.type === 'failed') {
      this.outcome.failure ??= result.failure;
      this.outcome.ambiguous ||= result.ambiguous;
    }
    if (result.type !== 'done' || !result.changed) return;
    const { uid = '', resourceVersion = '' } = result.object.metadata;
    this.outcome.writes += 1;
    this.outcome.revision = Math.max(this.outcome.revision, Number(resourceVersion) || 0);
    if (change.type === 'update') {
      const from = change.object.metadata.resourceVersion ?? '';
      this.ownRevisions.set(uid, { from, to: resourceVersion });
    }
  }
}

function report(deps: ApplyDeps, job: ApplyJob, change: Change, result: ActionResult): void {
  const outcome = result.type === 'done' && !result.changed ? 'unchanged' : result.type;
  deps.metrics.writes.inc({ controller: job.controller, action: change.type, result: outcome });
  const source = sourceOf(job);
  if (result.type === 'done' && result.changed && 'event' in change && change.event !== undefined) {
    deps.events.record(change.event, source);
  }
  if (result.type === 'failed' && !result.ambiguous && result.failure.code !== 'fenced') {
    deps.events.record(
      { regarding: job.primary, severity: 'Warning', ...failureText(change, result.failure) },
      source,
    );
  }
}

/** The words that Kubernetes' controllers use. */
function failureText(change: Change, failure: ActionFailure): { reason: string; message: string } {
  const { name, definition } = aimOf(change);
  switch (change.type) {
    case 'create':
      return { reason: 'FailedCreate', message: `Error creating: ${failure.message}` };
    case 'delete':
      return { reason: 'FailedDelete', message: `Error deleting: ${failure.message}` };
    case 'update':
    case 'write-status':
      return {
        reason: 'FailedUpdate',
        message: `Error updating ${definition.singular} "${name}": ${failure.message}`,
      };
  }
}

const sourceOf = (job: ApplyJob): string => `${job.controller}-controller`;
