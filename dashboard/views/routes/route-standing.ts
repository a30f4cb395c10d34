// How a route, Gateway or listener stands, from its conditions: one word and its colour. Pure.
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { Tone } from '../../parts/badge.tsx';

/** A word with its colour. */
export interface Standing {
  word: string;
  tone: Tone;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
}

/** Of a route: the worst of what its parents say. */
export function routeStanding({ status }: HTTPRoute): Standing {
  const conditions = (status?.parents ?? []).flatMap(({ conditions: told = [] }) => told);
  if (conditions.length === 0) return { word: 'Unknown', tone: 'quiet' };
  return standingOf(conditions, 'Accepted');
}

/** The first condition that does not hold names the trouble; `good` is the word when all do. */
export function standingOf(conditions: readonly Condition[] | undefined, good: string): Standing {
  if (conditions === undefined || conditions.length === 0) return { word: 'Unknown', tone: 'quiet' };
  const broken = conditions.find((condition) => condition.status === 'False' && !isBadWhenTrue(condition));
  if (broken !== undefined) return { word: wordOf(broken, `Not ${broken.type}`), tone: 'bad' };
  const bad = conditions.find((condition) => condition.status === 'True' && isBadWhenTrue(condition));
  if (bad !== undefined) return { word: wordOf(bad, bad.type), tone: 'warn' };
  return { word: good, tone: 'good' };
}

/** `Conflicted`, `PartiallyInvalid`, `OverlappingTLSConfig`. */
function isBadWhenTrue({ type }: Condition): boolean {
  return /Conflict|Invalid|Overlapping/.test(type);
}

function wordOf({ reason }: Condition, otherwise: string): string {
  return reason === undefined || reason === '' ? otherwise : reason;
}
