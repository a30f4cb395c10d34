// Draws what users do with Services: they make them for workloads, change their type, and take them away. A stream of
// its own, so that the seeds of before go as they went.
import { seededRandom } from '@gantry/kit/random';
import { hashText } from '../world/hash-text.ts';
import { between, chance, pick } from './draws.ts';
import type { ServiceForm, UserAction } from './user-action.ts';

const SERVICES_CHANCE = 0.5;
const SERVICES_MAX = 3;
const FORMS: readonly ServiceForm[] = ['plain', 'plain', 'node', 'static', 'headless'];

/** @param actions what else users do: Services are for the workloads that they make. */
export function drawServices(seed: number, actions: readonly UserAction[], chaosMs: number): UserAction[] {
  const random = seededRandom(hashText(`services/${seed}`));
  const workloads = actions.flatMap((action) => (action.type === 'create' ? action.workload.name : []));
  if (workloads.length === 0 || !chance(random, SERVICES_CHANCE)) return [];
  return Array.from({ length: between(random, 1, SERVICES_MAX) }, (_, index) => `service-${index}`).flatMap(
    (name): UserAction[] => {
      const beginMs = between(random, 500, Math.floor(chaosMs / 2));
      const later = (): { atMs: number; user: string } => ({
        atMs: between(random, beginMs + 100, chaosMs - 200),
        user: 'bob',
      });
      const selects = pick(random, workloads);
      const made: UserAction[] = [
        { type: 'create-service', atMs: beginMs, user: 'ann', name, selects, form: pick(random, FORMS) },
      ];
      if (chance(random, 0.5))
        made.push({ ...later(), type: 'retype-service', name, isNodePort: chance(random, 0.5) });
      if (chance(random, 0.4)) made.push({ ...later(), type: 'delete-service', name });
      return made;
    },
  );
}
