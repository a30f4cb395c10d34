// Admission: what is filled in or refused beyond a kind's own rules, in a fixed order. Each step is pure apart
// from filling in the new object; it sees the cache but never waits.
import type { KindDefinition } from '@gantry/api/definition';
import type { Issue } from '@gantry/api/issue';
import type { AnyObject } from '@gantry/api/meta';
import { resourceIdOf } from '@gantry/api/definition';
import { forbidden, invalid } from '@gantry/api/status-error';
import type { CacheReader } from '../cache/cache.ts';
import type { Part, WriteContext } from '../resources/resources.ts';

/** A write on its way to the store. */
export interface AdmissionRequest {
  verb: 'create' | 'update' | 'delete';
  part: Part;
  definition: KindDefinition;
  /** The new object, to be filled in; for a deletion the present one, frozen. */
  object: AnyObject;
  /** The present object of an update. */
  previous?: AnyObject;
  context: Pick<WriteContext, 'user' | 'dryRun' | 'warn'>;
  cache: CacheReader;
}

/** Why a write is refused: a sentence (403), or findings with their field paths (422). */
export type Rejection = { forbidden: string } | { issues: Issue[] };

/** One rule. */
export interface AdmissionStep {
  name: string;
  /** Resources concerned (`pods`, `deployments.apps`); all when absent. */
  resourceIds?: readonly string[];
  verbs: readonly AdmissionRequest['verb'][];
  admit(request: AdmissionRequest): Rejection | undefined;
}

/**
 * Runs the steps in order; the first refusal ends it.
 *
 * @throws StatusError 403 or 422.
 */
export function admit(steps: readonly AdmissionStep[], request: AdmissionRequest): void {
  const id = resourceIdOf(request.definition);
  for (const step of steps) {
    if (!step.verbs.includes(request.verb)) continue;
    if (step.resourceIds !== undefined && !step.resourceIds.includes(id)) continue;
    const rejection = step.admit(request);
    if (rejection === undefined) continue;
    const name = request.object.metadata.name ?? '';
    if ('forbidden' in rejection) throw forbidden(request.definition, name, rejection.forbidden);
    throw invalid(request.definition, name, rejection.issues);
  }
}
