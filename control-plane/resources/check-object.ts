// The checks that every write passes once its object is complete: admission, the kind's own rules, and
// whether this user may make just this change. What it asks for that is not carried out is told.
import type { KindDefinition } from '@gantry/api/definition';
import type { Issue } from '@gantry/api/issue';
import type { AnyObject } from '@gantry/api/meta';
import { forbidden, invalid } from '@gantry/api/status-error';
import { admit } from '../admission/admission.ts';
import type { ResourcesDeps } from './deps.ts';
import type { Part, WriteContext } from './resources.ts';

/** A complete write. */
export interface Attempt {
  verb: 'create' | 'update' | 'delete';
  part: Part;
  definition: KindDefinition;
  /** The new object, not yet frozen; for a deletion the present one. */
  object: AnyObject;
  previous?: AnyObject;
}

/**
 * Lets admission fill in and refuse, then checks the result.
 *
 * @throws StatusError 403 or 422.
 */
export function checkObject(deps: ResourcesDeps, attempt: Attempt, context: WriteContext): void {
  admit(deps.admission, { ...attempt, context, cache: deps.cache });
  const issues = attempt.verb === 'delete' ? [] : issuesOf(attempt);
  const name = attempt.object.metadata.name ?? '';
  if (issues.length > 0) throw invalid(attempt.definition, name, issues);
  const decision = deps.authorizeWrite?.(context.user, attempt);
  if (decision?.allowed === false) throw forbidden(attempt.definition, name, decision.reason);
  if (attempt.verb === 'delete' || attempt.part !== 'main') return;
  for (const sentence of attempt.definition.warningsOf?.(attempt.object) ?? []) context.warn(sentence);
}

function issuesOf({ definition, object, previous }: Attempt): Issue[] {
  const found = definition.check?.(object) ?? [];
  return previous === undefined ? found : [...found, ...(definition.checkUpdate?.(object, previous) ?? [])];
}
