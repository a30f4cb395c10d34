// Rollouts that are one plan: those that depend on each other, directly or through others. Pure selections.
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import type { CacheReader } from '../../cache/cache.ts';

/** Rollouts of one plan that are looked at. */
const MEMBERS_MAX = 64;

/** All others of the plan; most Rollouts are alone. */
export function planMembers(cache: CacheReader, rollout: Rollout): readonly Rollout[] {
  const all = cache.list(rolloutKind, rollout.metadata.namespace);
  if (!all.some(({ spec }) => (spec.dependsOn ?? []).length > 0)) return [];
  const own = rollout.metadata.name ?? '';
  const found = new Set([own]);
  const open = [own];
  for (let name = open.pop(); name !== undefined && found.size < MEMBERS_MAX; name = open.pop()) {
    for (const other of neighbours(all, name)) {
      if (found.has(other)) continue;
      found.add(other);
      open.push(other);
    }
  }
  return all.filter(({ metadata: { name = '' } }) => name !== own && found.has(name));
}

function neighbours(all: readonly Rollout[], name: string): string[] {
  const of = ({ spec }: Rollout): string[] => (spec.dependsOn ?? []).map((dependency) => dependency.name);
  return all.flatMap((rollout) => {
    const other = rollout.metadata.name ?? '';
    if (other === name) return of(rollout);
    return of(rollout).includes(name) ? [other] : [];
  });
}

/** Whether a Rollout waits for itself through others. @param members all others of its plan. */
export function circleOf(rollout: Rollout, members: readonly Rollout[]): readonly string[] | undefined {
  const own = rollout.metadata.name ?? '';
  const byName = new Map([...members, rollout].map((member) => [member.metadata.name ?? '', member]));
  const seen = new Set<string>();
  const walk = (path: readonly string[]): readonly string[] | undefined => {
    const last = path.at(-1) ?? '';
    for (const { name } of byName.get(last)?.spec.dependsOn ?? []) {
      if (name === own) return [...path, name];
      if (seen.has(name)) continue;
      seen.add(name);
      const found = walk([...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk([own]);
}
