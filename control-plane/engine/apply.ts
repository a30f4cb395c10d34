// The one file that acts. Turns the generic actions of any controller's plan into writes: each fenced, each safe
// to repeat, as many at once as the store groups well. Never decides; says what became of the plan.
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import { conflict, isAlreadyExists, isNotFound } from '@gantry/api/status-error';
import isEqual from 'fast-deep-equal';
import type { Cache } from '../cache/cache.ts';
import type { Resources, WriteContext } from '../resources/resources.ts';
import { aimOf, resultOfError, type ActionResult, type Change } from './action-result.ts';
import type { Action, ActionFailure, ObjectRef } from './controller.ts';
import type { EngineMetrics } from './engine-metrics.ts';
import type { EventRecorder } from './events.ts';

/** Writes of one plan in flight at once; the store groups them into few transactions. */
export const WRITES_AT_ONCE = 64;
/** Creations come in growing batches, so that a plan whose pods are refused does not ask 500 times. */
export const FIRST_CREATES = 8;

/** What applying needs. */
export interface ApplyDeps {
  resources: Resources;
  cache: Pick<Cache, 'get' | 'waitForNewest'>;
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
    const result = await performChange(deps, job, change, tally);
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
  /** Revisions that this plan's own updates have led to, by uid. */
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

async function performChange(
  deps: ApplyDeps,
  job: ApplyJob,
  change: Change,
  tally: Tally,
): Promise<ActionResult> {
  try {
    return await write(deps, job, change, tally);
  } catch (error) {
    job.context.signal?.throwIfAborted();
    if (change.type === 'create' && isAlreadyExists(error)) return nameTaken(deps, job, change, error);
    return resultOfError(change, error);
  }
}

async function write(deps: ApplyDeps, job: ApplyJob, change: Change, tally: Tally): Promise<ActionResult> {
  switch (change.type) {
    case 'create':
      return created(deps.resources.create(change.definition, change.object, job.context));
    case 'update': {
      const { definition, object, onlyIfAbsent } = change;
      if (await someExist(deps, job, onlyIfAbsent)) return { type: 'conflict' };
      const updated = deps.resources.update(definition, keyOf(object), 'main', () => object, job.context);
      return since(updated, object.metadata.resourceVersion);
    }
    case 'delete':
      return remove(deps, job, change);
    case 'write-status':
      return writeStatus(deps, job, change, tally);
  }
}

async function created(object: Promise<AnyObject>): Promise<ActionResult> {
  return { type: 'done', object: await object, changed: true };
}

async function since(written: Promise<AnyObject>, before: string | undefined): Promise<ActionResult> {
  const object = await written;
  return { type: 'done', object, changed: object.metadata.resourceVersion !== before };
}

async function remove(
  deps: ApplyDeps,
  job: ApplyJob,
  change: Extract<Change, { type: 'delete' }>,
): Promise<ActionResult> {
  const { ref, propagationPolicy, gracePeriodSeconds, onlyIfAbsent } = change;
  if (await someExist(deps, job, onlyIfAbsent)) return { type: 'conflict' };
  const options = {
    preconditions: { uid: ref.uid },
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  };
  const before = deps.cache.get(ref.definition, ref)?.metadata.resourceVersion;
  const { object } = await deps.resources.delete(ref.definition, ref, options, job.context);
  return { type: 'done', object, changed: object.metadata.resourceVersion !== before };
}

/** Asks the store: an update that changes nothing is a read of the newest state. */
async function someExist(
  deps: ApplyDeps,
  job: ApplyJob,
  refs: readonly ObjectRef[] | undefined = [],
): Promise<boolean> {
  for (const ref of refs) {
    try {
      const same = (current: AnyObject): AnyObject => current;
      const found = await deps.resources.update(ref.definition, ref, 'main', same, job.context);
      if (found.metadata.uid === ref.uid) return true;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return false;
}

async function writeStatus(
  deps: ApplyDeps,
  job: ApplyJob,
  change: Extract<Change, { type: 'write-status' }>,
  tally: Tally,
): Promise<ActionResult> {
  const { ref, status } = change;
  const own = tally.ownRevisions.get(ref.uid);
  const resourceVersion = own?.from === change.resourceVersion ? own.to : change.resourceVersion;
  const observed = deps.cache.get(ref.definition, ref);
  if (observed?.metadata.resourceVersion === resourceVersion && isEqual(observed['status'], status)) {
    return { type: 'done', object: observed, changed: false };
  }
  const withStatus = (current: AnyObject): AnyObject => {
    if (current.metadata.uid !== ref.uid) throw conflict(ref.definition, ref.name);
    return { ...current, metadata: { ...current.metadata, resourceVersion }, status };
  };
  const written = deps.resources.update(ref.definition, ref, 'status', withStatus, job.context);
  return since(written, resourceVersion);
}

/**
 * The object is there already. When it is of the same owner, an earlier try has got through and only the
 * observation was behind; anyone else's is a failure.
 */
async function nameTaken(
  deps: ApplyDeps,
  job: ApplyJob,
  change: Extract<Change, { type: 'create' }>,
  error: unknown,
): Promise<ActionResult> {
  await deps.cache.waitForNewest(job.context.signal);
  const present = deps.cache.get(change.definition, keyOf(change.object));
  const owner = controllerOf(change.object)?.uid;
  const isOurs = owner !== undefined && present !== undefined && controllerOf(present)?.uid === owner;
  return present === undefined || isOurs ? { type: 'conflict' } : resultOfError(change, error);
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
