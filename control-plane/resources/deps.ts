// What the rules of objects need from the rest of the control plane.
import type { Clock } from '@gantry/kit/clock';
import type { Ids } from '@gantry/kit/random';
import type { AdmissionStep } from '../admission/admission.ts';
import type { Cache } from '../cache/cache.ts';
import type { AuthorizeWrite } from '../server/security.ts';
import type { Store } from '../store/store.ts';
import type { ClaimRules } from './claims.ts';

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
}

/** How often a lost race, or a taken generated name, is tried again before the client is told. */
export const WRITE_TRIES_MAX = 8;
