// Every write that a store takes, with the objects before and after: what invariants are shown of it.
import { kinds } from '@gantry/api/registry';
import type { AnyObject } from '@gantry/api/meta';
import { LEADER_KEY } from '@gantry/control-plane/leader/leader-key';
import { objectOf, storePrefixOf } from '@gantry/control-plane/resources/object-key';
import type { Commit, Store } from '@gantry/control-plane/store/store';
import type { WriteRecord } from './world-view.ts';

/** See the head of this file. */
export class WriteLog {
  readonly objects = new Map<string, AnyObject>();
  readonly #kinds = new Map<string, Map<string, AnyObject>>();
  count = 0;
  #writes: WriteRecord[] = [];
  #leaderKeyRevision: number | undefined;
  readonly #prefixes = kinds.map((definition) => storePrefixOf(definition));
  #clock: { nowMs(): number } | undefined;

  over(store: Store): Store {
    return {
      get: (key, signal) => store.get(key, signal),
      list: (prefix, options) => store.list(prefix, options),
      watch: (prefix, after, signal) => store.watch(prefix, after, signal),
      requestProgress: () => {
        store.requestProgress();
      },
      currentRevision: (signal) => store.currentRevision(signal),
      grantLease: (ttlMs, signal) => store.grantLease(ttlMs, signal),
      compact: (revision) => store.compact(revision),
      close: () => store.close(),
      commit: async (commit, signal) => {
        const result = await store.commit(commit, signal);
        if (result.ok) this.#note(commit, result.revision);
        return result;
      },
    };
  }

  /** Objects of a kind by store key. */
  ofKind(kind: string): Map<string, AnyObject> {
    const objects = this.#kinds.get(kind) ?? new Map<string, AnyObject>();
    this.#kinds.set(kind, objects);
    return objects;
  }

  useClock(clock: { nowMs(): number }): void {
    this.#clock = clock;
  }

  take(): WriteRecord[] {
    const writes = this.#writes;
    this.#writes = [];
    return writes;
  }

  #note({ conditions, writes }: Commit, revision: number): void {
    const term = conditions.find(({ key }) => key === LEADER_KEY)?.modRevision;
    for (const write of writes) {
      const { key } = write;
      if (key === LEADER_KEY) this.#leaderKeyRevision = revision;
      if (!this.#prefixes.some((prefix) => key.startsWith(prefix))) continue;
      const before = this.objects.get(key);
      const after =
        write.type === 'put' ? objectOf({ value: write.value, modRevision: revision }) : undefined;
      const ofKind = this.ofKind((after ?? before)?.kind ?? '');
      for (const objects of [this.objects, ofKind])
        if (after === undefined) objects.delete(key);
        else objects.set(key, after);
      this.count += 1;
      this.#writes.push({
        ...{ revision, key, atMs: this.#clock?.nowMs() ?? 0 },
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        by: { process: 'control-plane', ...(term === undefined ? {} : { term }) },
        ...(this.#leaderKeyRevision === undefined ? {} : { leaderKeyRevision: this.#leaderKeyRevision }),
      });
    }
  }
}
