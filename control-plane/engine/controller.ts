// The one pattern: observe -> plan -> apply. A controller is data plus two pure functions.
// Optional parts beyond the first version: `event` on changes, `PlanInputs.failure`, `Controller.describe`,
// `Controller.workers`, `Trigger.ignores`. A trigger is asked for the old state of a changed object as well as for the new one.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { Ids } from '@gantry/kit/random';
import type { CacheReader } from '../cache/cache.ts';

/** Names an object exactly as it was observed. */
export interface ObjectRef {
  definition: KindDefinition;
  namespace: string;
  name: string;
  uid: string;
}

/** Something that users should be told about an object. */
export interface EventNote {
  regarding: AnyObject;
  severity: 'Normal' | 'Warning';
  /** CamelCase, one word. */
  reason: string;
  message: string;
}

/**
 * One generic, repeatable, fenced change to the world. `onlyIfAbsent` names objects (by uid) that are asked of the
 * store itself, not of the cache: where one still exists nothing is changed. What is gone by uid never returns, so
 * the answer cannot go stale. An empty uid means whatever has the name.
 */
export type Action =
  /** The name is in the object: from the primary's own name, or with a suffix from `PlanInputs.ids`. */
  | { type: 'create'; definition: KindDefinition; object: AnyObject; event?: EventNote }
  /** Replaces the object if it is still at the observed resourceVersion (in `object.metadata`). */
  | {
      type: 'update';
      definition: KindDefinition;
      object: AnyObject;
      onlyIfAbsent?: readonly ObjectRef[];
      event?: EventNote;
    }
  | {
      type: 'delete';
      ref: ObjectRef;
      propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
      gracePeriodSeconds?: number;
      /** Why, for the log. */
      reason: string;
      onlyIfAbsent?: readonly ObjectRef[];
      /** Recorded once the change has been made; failures record FailedCreate, FailedUpdate, FailedDelete. */
      event?: EventNote;
    }
  /**
   * Replaces status if the object still is the one observed; not written when equal. May follow an update of
   * the same object in the same plan.
   */
  | { type: 'write-status'; ref: ObjectRef; resourceVersion: string; status: unknown }
  | ({ type: 'record-event' } & EventNote)
  | { type: 'measure'; metric: string; labels?: Record<string, string>; value: number };

/** Why a plan does what it does, or waits. `type` is kebab-case; each controller narrows it to a closed union. */
export interface Reason {
  type: string;
  [detail: string]: unknown;
}

/** What a pass decided. `status` is the primary object's new status; undefined leaves it. */
export interface Plan {
  actions: readonly Action[];
  status?: unknown;
  /** Look again after this long even if nothing changes. */
  recheckAfterMs?: number;
  reasons: readonly Reason[];
}

/** A change of the last plan for a key that the API refused or that did not get through. */
export interface ActionFailure {
  type: 'create' | 'update' | 'delete' | 'write-status';
  definition: KindDefinition;
  name: string;
  /** Kubernetes' reason, e.g. `Forbidden`, or the code of an OperationalError. */
  code: string;
  message: string;
}

/** Arguments of a plan that come from outside the cache. */
export interface PlanInputs {
  nowMs: number;
  /** After a failure whose outcome is unknown the same ids come again, so that nothing is made twice. */
  ids: Ids;
  /** What went wrong in the last pass over this key, if it did; conflicts do not count. */
  failure?: ActionFailure;
}

/** A kind whose changes wake the controller, and the keys that a change concerns. */
export interface Trigger {
  definition: KindDefinition;
  keys(object: AnyObject, cache: CacheReader): readonly ObjectKey[];
  /** Whether a change from `previous` to `object` concerns no key; every change does when absent. */
  ignores?(object: AnyObject, previous: AnyObject): boolean;
}

/** A controller, run by `run-controller.ts`. */
export interface Controller<Observed = unknown> {
  name: string;
  /** Kind of the primary object. */
  definition: KindDefinition;
  triggers: readonly Trigger[];
  /** Picks from the cache what this key needs, frozen. Undefined when there is nothing to do. */
  observe(cache: CacheReader, key: ObjectKey): Observed | undefined;
  /** Pure and synchronous. */
  plan(observed: Observed, inputs: PlanInputs): Plan;
  /** The primary object, for status writes and events. */
  primary(observed: Observed): AnyObject;
  /** A reason as a sentence for users; without it, its type and details are printed. */
  describe?(reason: Reason): string;
  /** Keys worked on at the same time; the engine's default when absent. */
  workers?: number;
}
