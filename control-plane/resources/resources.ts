// The rules of an object's life (defaults, checks, uid, generation, finalizers, conflicts), apart from HTTP.
// The API server and the controllers write through the same rules.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { Condition } from '../store/store.ts';

/** What accompanies every write. */
export interface WriteContext {
  /** Who writes; recorded in managedFields and used by admission. */
  user: { name: string; groups: readonly string[] };
  fieldManager: string;
  /** `Strict` refuses unknown fields, `Warn` reports and drops them, `Ignore` drops them. */
  fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  dryRun: boolean;
  /** Extra conditions of the transaction: the leader's fence. */
  fence: readonly Condition[];
  requestId: string;
  /** A creation with the same key by the same user is done once, however often it is asked for. */
  idempotencyKey?: string;
  /** The proposal comes from server-side apply and carries its own record of managers. */
  applied?: boolean;
  /** Receives sentences for `Warning: 299` headers. */
  warn(sentence: string): void;
  signal?: AbortSignal;
}

/** Conditions and manner of a deletion. */
export interface DeleteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** Outcome of a deletion: `object` is what remains while it ends, or the last state when it is gone. */
export interface DeleteResult {
  gone: boolean;
  object: AnyObject;
}

/** Which part of an object a write may change. */
export type Part = 'main' | 'status' | 'scale';

/**
 * Writes to objects. All methods throw StatusError (api/status-error.ts) with the code and reason that a
 * client should see: NotFound, AlreadyExists, Conflict, Invalid, Forbidden, …
 */
export interface Resources {
  create(definition: KindDefinition, object: AnyObject, context: WriteContext): Promise<AnyObject>;
  /**
   * Reads, lets `change` make the new object from the current one, writes conditionally; races are retried
   * unless the new object carries a resourceVersion that is no longer the current one (409). A `change` that
   * alters nothing writes nothing. `change` may run several times and must not keep or alter its argument.
   * Part `status` writes only status; part `main` never does.
   */
  update(
    definition: KindDefinition,
    key: ObjectKey,
    part: Part,
    change: (current: AnyObject) => AnyObject,
    context: WriteContext,
  ): Promise<AnyObject>;
  delete(
    definition: KindDefinition,
    key: ObjectKey,
    options: DeleteOptions,
    context: WriteContext,
  ): Promise<DeleteResult>;
}
