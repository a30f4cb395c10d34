// Users that are to stay on their side are moved by nothing but a greater or smaller share.
import type { SplitRule, TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { judgingWrites } from '../each-write.ts';
import { titleOf } from '../object-reading.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';

/** Where one side has all, it does not matter how users are told apart. */
export function createUsersKeepTheirSide(): Invariant {
  return judgingWrites(
    'users-keep-their-side',
    'Whoever is to stay on one side changes it only when the share of a version grows or shrinks past him.',
    brokenBy,
  );
}

function brokenBy({ before, after }: WriteRecord): string | undefined {
  if (before?.kind !== 'TrafficSplit' || after === undefined) return undefined;
  for (const [at, old] of (before as TrafficSplit).spec.rules.entries()) {
    const rule = (after as TrafficSplit).spec.rules[at];
    if (old.sticky === undefined || !isDivided(old) || rule === undefined || !isDivided(rule)) continue;
    if (JSON.stringify(rule.sticky) !== JSON.stringify(old.sticky))
      return `${titleOf(after)}: users of rule ${at} are told apart in another way, with ${sharesOf(rule)}`;
    if (!isInOrder(old, rule)) return `${titleOf(after)}: the sides of rule ${at} have changed places`;
  }
  return undefined;
}

/**
 * Users are dealt out in the order of the sides. One that comes or goes, as those of an Experiment do, takes from its
 * neighbours and gives back to them; the first, which is the new version's, it leaves alone.
 */
function isInOrder(old: SplitRule, rule: SplitRule): boolean {
  const [were, are] = [servicesIn(old), servicesIn(rule)];
  const common = (services: readonly string[], others: readonly string[]): string =>
    services.filter((service) => others.includes(service)).join();
  return were[0] === are[0] && common(were, are) === common(are, were);
}

function servicesIn({ backends }: SplitRule): string[] {
  return backends.map(({ service }) => service);
}

function isDivided({ backends }: SplitRule): boolean {
  return backends.filter(({ weight }) => weight > 0).length > 1;
}

function sharesOf({ backends }: SplitRule): string {
  return backends.map(({ service, weight }) => `${service}=${weight}`).join(' ');
}
