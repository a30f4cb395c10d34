// The memory store against the real thing: the same random calls have to give the same answers, revisions included.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findEtcd, startEtcd } from '@gantry/kit/etcd-process';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { collect, failureCode } from './contract-steps.ts';
import { createEtcdStore } from './etcd-store.ts';
import { createMemoryStore } from './memory-store.ts';
import type { Commit, Condition, Store, StoreLease, Write } from './store.ts';

const STEPS = 3_000;
const SEED = 20_260_101;
const KEYS = Array.from(
  { length: 24 },
  (_, index) => `/gantry/${'abc'[index % 3]}/${'xyz'[index % 7] ?? ''}${index}`,
);
const PREFIXES = ['/gantry/', '/gantry/a/', '/gantry/b/x', '/gantry/none/'];

type Call = (store: Store, leases: StoreLease[]) => Promise<unknown>;

/** Draws calls; what they need to know of the past comes from earlier answers. */
class CallMaker {
  readonly #random = seededRandom(SEED);
  newest = 1;
  leases = 0;
  /** What the keys hold, as far as the last answers told. */
  readonly known = new Map<string, number>();

  below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  revision(): number {
    return Math.max(0, this.newest - this.below(40) + (this.below(20) === 0 ? 50 : 0));
  }

  next(): { title: string; call: Call } {
    const dice = this.below(100);
    if (dice < 55) return this.#commit();
    if (dice < 65) return this.#get();
    if (dice < 82) return this.#list();
    if (dice < 85) return this.#watch();
    if (dice < 88) return this.#compact();
    return this.#lease();
  }

  #commit(): { title: string; call: Call } {
    const conditions = Array.from({ length: this.below(3) }, (): Condition => {
      const key = this.pick(KEYS);
      return { key, modRevision: this.below(6) === 0 ? this.revision() : (this.known.get(key) ?? 0) };
    });
    const keys = new Set(Array.from({ length: 1 + this.below(5) }, () => this.pick(KEYS)));
    const leaseIndex = this.leases > 0 && this.below(6) === 0 ? this.below(this.leases) : undefined;
    const writes = [...keys].map((key): { write: Write; leased: boolean } => ({
      write:
        this.below(4) === 0 ? { type: 'delete', key } : { type: 'put', key, value: `v${this.below(1_000)}` },
      leased: leaseIndex !== undefined && this.below(2) === 0,
    }));
    const call: Call = (store, leases) => {
      const leaseId = leaseIndex === undefined ? '' : (leases[leaseIndex]?.id ?? '');
      const commit: Commit = {
        conditions,
        writes: writes.map(({ write, leased }) =>
          write.type === 'put' && leased ? { ...write, leaseId } : write,
        ),
      };
      return store.commit(commit);
    };
    return { title: `commit ${JSON.stringify({ conditions, writes })}`, call };
  }

  #get(): { title: string; call: Call } {
    const key = this.pick(KEYS);
    return { title: `get ${key}`, call: (store) => store.get(key) };
  }

  #list(): { title: string; call: Call } {
    const prefix = this.pick(PREFIXES);
    const startAfter = this.below(3) === 0 ? this.pick(KEYS) : '';
    const options = {
      ...(this.below(2) === 0 ? { limit: this.below(6) } : {}),
      ...(startAfter.startsWith(prefix) ? { startAfter } : {}),
      ...(this.below(2) === 0 ? { revision: Math.max(1, this.revision()) } : {}),
    };
    return {
      title: `list ${prefix} ${JSON.stringify(options)}`,
      call: (store) => store.list(prefix, options),
    };
  }

  #watch(): { title: string; call: Call } {
    const prefix = this.pick(PREFIXES);
    const after = Math.min(this.newest, this.revision());
    const { newest } = this;
    const call: Call = async (store) => {
      const { entries } = await store.list(prefix);
      const last = Math.max(0, ...entries.map((entry) => entry.modRevision));
      // The newest put below the prefix ends the reading; deletions alone leave nothing to wait for.
      if (last <= after) return 'nothing to wait for';
      const { events } = await collect(store, prefix, after, (all) => (all.at(-1)?.modRevision ?? 0) >= last);
      return events.filter((event) => event.modRevision <= last);
    };
    return { title: `watch ${prefix} after ${after} of ${newest}`, call };
  }

  #compact(): { title: string; call: Call } {
    const revision = Math.max(1, this.newest - this.below(60));
    return { title: `compact ${revision}`, call: (store) => store.compact(revision) };
  }

  #lease(): { title: string; call: Call } {
    if (this.leases < 3 || this.below(3) === 0) {
      this.leases++;
      const grant: Call = async (store, leases) => {
        leases.push(await store.grantLease(3_600_000));
      };
      return { title: 'grant', call: grant };
    }
    const index = this.below(this.leases);
    if (this.below(2) === 0)
      return {
        title: `keepAlive ${index}`,
        call: (_, leases) => leases[index]?.keepAlive() ?? Promise.resolve(),
      };
    return { title: `revoke ${index}`, call: (_, leases) => leases[index]?.revoke() ?? Promise.resolve() };
  }
}

async function outcome(call: Call, store: Store, leases: StoreLease[]): Promise<unknown> {
  let answer: unknown;
  const code = await failureCode(async () => (answer = await call(store, leases)));
  return code === undefined ? answer : { code };
}

test('memory and etcd answer thousands of random calls alike', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-comparison-'));
  const program = await findEtcd({ env: process.env });
  const etcd = await startEtcd({ program, dataFolder: join(folder, 'data'), unsafeNoFsync: true });
  const real = createEtcdStore({ endpoints: [etcd.endpoint] });
  const memory = createMemoryStore({ clock: new VirtualClock() });
  const maker = new CallMaker();
  const leases: [StoreLease[], StoreLease[]] = [[], []];
  try {
    for (let step = 0; step < STEPS; step++) {
      const { title, call } = maker.next();
      const [expected, actual] = [
        await outcome(call, real, leases[0]),
        await outcome(call, memory, leases[1]),
      ];
      if (JSON.stringify(expected) === JSON.stringify(actual)) t.pass();
      else t.deepEqual(actual, expected, `step ${step} of seed ${SEED}: ${title}`);
      const { entries, revision } = await memory.list('/');
      maker.newest = revision;
      maker.known.clear();
      for (const entry of entries) maker.known.set(entry.key, entry.modRevision);
    }
    t.is(await real.currentRevision(), maker.newest);
    t.true(maker.newest > STEPS / 4);
  } finally {
    await real.close();
    await etcd.stop(1_000);
    rmSync(folder, { recursive: true, force: true });
  }
});
