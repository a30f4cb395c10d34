// What the rules of objects need from the rest of the control plane.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { Ids } from '@gantry/kit/random';
import type { AdmissionStep } from '../admission/admission.ts';
import type { Cache } from '../cache/cache.ts';
import type { AuthorizeWrite } from '../server/security.ts';
import type { Store, Write } from '../store/store.ts';
import type { ClaimRules } from './claims.ts';
import type { WriteContext } from './resources.ts';

/** Arguments of `createResources`. */
export interface ResourcesDeps {
  store: Pick<Store, 'get' | 'commit' | 'grantLease'>;
  cache: Cache;
  clock: Clock;
  ids: Ids;
  admission: readonly AdmissionStep[];
  /** What objects claim for themselves alone; the cache must have their indexes (`claimIndexes`). */
  claims?: readonly ClaimRules[];
  /** Decides by the objects of a write; everything is allowed when absent. */
  authorizeWrite?: AuthorizeWrite;
  /** Is told of every change; nobody is when absent. */
  journal?: ChangeJournal;
}

/** An object before and after a write. */
export interface ChangedObject {
  definition: KindDefinition;
  before?: AnyObject | undefined;
  after?: AnyObject | undefined;
}

/** Who writes; the control plane itself when absent. */
export type Writer = Partial<Pick<WriteContext, 'user' | 'requestId' | 'fieldManager'>>;

/** Remembers who has changed what. */
export interface ChangeJournal {
  /** What is to be written together with a change; a promise only where there is something. Never fails. */
  writesFor(
    change: ChangedObject,
    writer: Writer,
    signal?: AbortSignal,
  ): readonly Write[] | Promise<readonly Write[]>;
  /** The writes without the journal's own, whose lease is gone; undefined when there were none. */
  withoutLease(writes: readonly Write[]): readonly Write[] | undefined;
  /** A change has been made. */
  wrote(definition: KindDefinition, key: ObjectKey, revision: number, writer: Writer): void;
}

/** How often a lost race, or a taken generated name, is tried again before the client is told. */
export const WRITE_TRIES_MAX = 8;
