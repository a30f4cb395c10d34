// The one pattern: observe -> plan -> apply. A controller is data plus two pure functions.
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

/** One generic, repeatable, fenced change to the world. */
export type Action =
  | { type: 'create'; definition: KindDefinition; object: AnyObject }
  /** Replaces the object if it is still at the observed resourceVersion (in `object.metadata`). */
  | { type: 'update'; definition: KindDefinition; object: AnyObject }
  | {
      type: 'delete';
      ref: ObjectRef;
      propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
      gracePeriodSeconds?: number;
      /** Why, for the log and the event. */
      reason: string;
    }
  /** Replaces status if the object still is the one observed; not written when equal. */
  | { type: 'write-status'; ref: ObjectRef; resourceVersion: string; status: unknown }
  | {
      type: 'record-event';
      regarding: AnyObject;
      severity: 'Normal' | 'Warning';
      reason: string;
      message: string;
    }
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

/** Arguments of a plan that come from outside the cache. */
export interface PlanInputs {
  nowMs: number;
  ids: Ids;
}

/** A kind whose changes wake the controller, and the keys that a change concerns. */
export interface Trigger {
  definition: KindDefinition;
  keys(object: AnyObject, cache: CacheReader): readonly ObjectKey[];
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
}
