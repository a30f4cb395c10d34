// In which order manifests are applied: what others need comes first, wherever it stands in the files. Pure.
import type { AnyObject } from './meta.ts';

/** Kinds that others live in or name; everything else follows in the order of the files. */
const FIRST = ['Namespace', 'ServiceAccount', 'Secret', 'ConfigMap'];
/** Rollouts in a row that wait for each other; what is left after so many, or waits in a circle, is applied at once. */
const ROW_MAX = 64;

/** Manifests in waves; those of one wave do not need one another. */
export function applyWaves<M extends { object: AnyObject }>(manifests: readonly M[]): M[][] {
  const first = FIRST.map((kind) => manifests.filter(({ object }) => object.kind === kind));
  const rest = manifests.filter(({ object }) => !FIRST.includes(object.kind));
  return [...first, ...inRows(rest)].filter((wave) => wave.length > 0);
}

/**
 * A Rollout that is changed before those it depends on finds them done with the version before, and begins too early. They are
 * told by name alone: across namespaces that is an order too many, which does no harm.
 */
function inRows<M extends { object: AnyObject }>(manifests: readonly M[]): M[][] {
  const rows: M[][] = [];
  let left = manifests;
  while (left.length > 0 && rows.length < ROW_MAX) {
    const open = new Set(left.flatMap(({ object }) => (isRollout(object) ? [object.metadata.name] : [])));
    const isReady = ({ object }: M): boolean => !neededBy(object).some((name) => open.has(name));
    const ready = left.filter(isReady);
    if (ready.length === 0) break;
    rows.push(ready);
    left = left.filter((manifest) => !isReady(manifest));
  }
  return [...rows, [...left]];
}

const isRollout = ({ kind }: AnyObject): boolean => kind === 'Rollout';

/** Nobody has checked this object yet. */
function neededBy(object: AnyObject): (string | undefined)[] {
  if (!isRollout(object)) return [];
  const { dependsOn } = ((object as { spec?: unknown }).spec ?? {}) as { dependsOn?: unknown };
  return Array.isArray(dependsOn) ? dependsOn.map((one: { name?: string } | null) => one?.name) : [];
}
