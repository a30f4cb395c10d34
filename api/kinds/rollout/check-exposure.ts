// The rules of who may reach a new version. What is refused here would be refused by no one later: the controller writes it into a
// TrafficSplit as it stands, and the proxies of all nodes read that.
import { valueProblem } from '../../gateway/match-rules.ts';
import type { Issue } from '../../issue.ts';
import { required, tooLong } from '../../issues.ts';
import { matchIssues, sourceIssues, SPLIT_MATCHES_MAX } from '../../traffic-split/check-traffic-split.ts';
import { textIssues } from '../check-metadata.ts';
import type { Exposure } from './strategy.ts';

/** Issues of an exposure at `path`. */
export function exposureIssues({ audience, maxPercent, stickyBy, salt }: Exposure, path: string): Issue[] {
  if (audience === undefined && maxPercent === undefined && stickyBy === undefined)
    return [required(path, 'name audience, maxPercent or stickyBy: without them it bounds nothing')];
  return [
    ...(audience === undefined ? [] : audienceIssues(audience, `${path}.audience`)),
    ...(stickyBy === undefined ? [] : sourceIssues(stickyBy, `${path}.stickyBy`)),
    ...(salt === undefined ? [] : textIssues(`${path}.salt`, salt, valueProblem)),
  ];
}

function audienceIssues(audience: NonNullable<Exposure['audience']>, path: string): Issue[] {
  if (audience.length === 0) return [required(path, 'name which requests, or leave it out for all')];
  if (audience.length > SPLIT_MATCHES_MAX)
    return [tooLong(path, `must have at most ${SPLIT_MATCHES_MAX} items`)];
  return audience.flatMap((match, at) => matchIssues(match, `${path}[${at}]`));
}
