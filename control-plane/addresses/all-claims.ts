// Every kind that claims something, with what is given out.
import type { Random } from '@gantry/kit/random';
import type { ClaimRules } from '../resources/claims.ts';
import { nodeClaims } from './node-claims.ts';
import type { ClusterRanges } from './ranges.ts';
import { serviceClaims } from './service-claims.ts';

/** The claims of a cluster. */
export function allClaims(ranges: ClusterRanges, random: Random): ClaimRules[] {
  return [serviceClaims(ranges.services, random), nodeClaims(ranges.pods)];
}
