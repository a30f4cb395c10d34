// Pods that no node would take, in groups that ask for the same and were refused for the same: what has happened is
// held against each group once, however many pods are in it.
import type { ChangeSet } from './change-set.ts';
import type { PodNeeds } from './pod-needs.ts';
import type { FilterPlugin } from './plugin.ts';
import type { Waiting } from './queue.ts';

interface Group {
  needs: PodNeeds;
  plugins: ReadonlySet<string>;
  members: Map<string, Waiting>;
}

/** What refuses a pod where there is no node. */
const NO_FILTER = 'none';

/** The parked pods. */
export class ParkedPods {
  readonly #filters: ReadonlyMap<string, FilterPlugin>;
  readonly #groups = new Map<string, Group>();

  constructor(filters: readonly FilterPlugin[]) {
    this.#filters = new Map(filters.map((filter) => [filter.name, filter]));
  }

  add(waiting: Waiting): void {
    const key = groupKey(waiting);
    const { pod, plugins } = waiting;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { needs: pod.needs, plugins, members: new Map() };
      this.#groups.set(key, group);
    }
    group.members.set(pod.uid, waiting);
  }

  remove(waiting: Waiting): void {
    const key = groupKey(waiting);
    const group = this.#groups.get(key);
    group?.members.delete(waiting.pod.uid);
    if (group?.members.size === 0) this.#groups.delete(key);
  }

  /** Those that the changes may have cured. */
  curedBy(changes: ChangeSet): Waiting[] {
    const cured: Waiting[] = [];
    for (const group of this.#groups.values()) {
      if (this.#mayCure(changes, group)) for (const waiting of group.members.values()) cured.push(waiting);
    }
    return cured;
  }

  /** Those whose last back-off ended by then. */
  parkedUntil(timeMs: number): Waiting[] {
    return [...this.#groups.values()].flatMap(({ members }) =>
      [...members.values()].filter(({ notBeforeMs }) => notBeforeMs <= timeMs),
    );
  }

  /** How many each filter refuses; a pod counts for each of its filters, and for `none` without any. */
  countsByFilter(): Map<string, number> {
    const counts = new Map([...this.#filters.keys(), NO_FILTER].map((name) => [name, 0]));
    for (const { plugins, members } of this.#groups.values())
      for (const name of plugins.size === 0 ? [NO_FILTER] : plugins)
        counts.set(name, (counts.get(name) ?? 0) + members.size);
    return counts;
  }

  #mayCure(changes: ChangeSet, { plugins, needs }: Group): boolean {
    // Refused by nobody: there was no node.
    if (plugins.size === 0) return changes.nodeAdded;
    for (const name of plugins) if (this.#filters.get(name)?.curedBy(changes, needs) ?? true) return true;
    return false;
  }
}

function groupKey({ pod, plugins }: Waiting): string {
  return `${pod.needs.id} ${[...plugins].join(' ')}`;
}
