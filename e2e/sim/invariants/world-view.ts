// What the invariants may know of a simulated world, and what an invariant is. The world fills this in after each of
// its steps; invariants read it, remember what they need, and never touch the world.
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { AnyObject } from '@gantry/api/meta';
import type { HybridTime } from '@gantry/kit/hybrid-time';

/** The world as it is, and what happened since the last look. Made anew for each look: what is read off one is kept by it. */
export interface WorldView {
  readonly nowMs: number;
  /**
   * Since when nothing disturbs the world: faults have stopped, all processes and hosts are up, users have ended.
   * Absent as long as that is not so.
   */
  readonly calmSinceMs?: number;
  /** Since when no fault is under way but the leader's absence; absent as long as one is. */
  readonly undisturbedSinceMs?: number;
  /**
   * The truth in the store right now, parsed, with `metadata.resourceVersion`; by store key, as in
   * {@link WriteRecord}. An object stays the same (`===`) until it is written.
   *
   * @param kind as the registry names it, e.g. `Pod`.
   */
  objects(kind: string): ReadonlyMap<string, AnyObject>;
  /** Writes of the store since the last look, in order. */
  readonly writes: readonly WriteRecord[];
  /** Hosts by node name; the same value as long as nothing changes on any of them. */
  readonly nodes: ReadonlyMap<string, NodeView>;
  /** What users were told was done since the last look, in the order of the answers. */
  readonly acknowledged: readonly Ack[];
  /**
   * Writes that users asked for since the last look, whatever becomes of them: they may still be done, or have been
   * done without an answer.
   */
  readonly requested: readonly UserRequest[];
  /** What agents told replicas of their time and heard from them since the last look, in order. */
  readonly clockMessages: readonly ClockMessage[];
  /** By name. */
  readonly processes: ReadonlyMap<string, ProcessView>;
  /** How many keys the store holds now, those that are no objects included. */
  readonly storeKeys: number;
}

/** The time in the head of a request or an answer. */
export interface ClockMessage {
  /** An agent sends a request, or hears the answer. */
  readonly type: 'sent' | 'heard';
  /** One start of an agent. */
  readonly client: string;
  /** The same for a request and its answer. */
  readonly exchange: object;
  /** The answer says that the request's time was too far ahead to go by. */
  readonly isMarked: boolean;
  readonly time: HybridTime;
}

/** One key of one transaction. */
export interface WriteRecord {
  /** Of the transaction; several records in a row may share it. */
  readonly revision: number;
  /** The store's key, e.g. `/gantry/core/pods/web/shop-1`. */
  readonly key: string;
  readonly atMs: number;
  /** The object before; absent when there was none, or when the key holds none (leader key, idempotency keys). */
  readonly before?: AnyObject;
  /** The object after; absent when the key was deleted, or holds no object. */
  readonly after?: AnyObject;
  readonly by: Writer;
  /** Revision of the leader's key at the moment of the transaction; absent when nobody held it. */
  readonly leaderKeyRevision?: number;
}

/** Who sent a transaction. */
export interface Writer {
  /** A process of {@link WorldView.processes}; `store` for what leases take with them. */
  readonly process: string;
  /**
   * The revision of the leader's key that the transaction was conditioned on: the fence. Present on all that
   * controllers and scheduler write; also on a request of a user or agent that happened to share their transaction.
   */
  readonly term?: number;
}

/** What the engine of a host really runs, whatever anybody reports. The same value as long as nothing has changed. */
export interface NodeView {
  /** The host is alive. On one that is not, nothing runs. */
  readonly up: boolean;
  /** Requests of its agent reach a control plane that can answer them. */
  readonly reachable: boolean;
  readonly sandboxes: readonly SandboxView[];
  readonly containers: readonly ContainerView[];
  /** Its agent evaluates flags. */
  readonly evaluatesFlags?: true;
  /** Uids of the pods that its service proxy sends new connections to, for want of no better ones. */
  readonly leadsTo: ReadonlySet<string>;
  /** Uids of the pods that it sends nothing new to, and that have still requests from it to answer. */
  readonly busy: ReadonlySet<string>;
  /** The same as `leadsTo` by Service, as `namespace/name`. */
  readonly byService: ReadonlyMap<string, ReadonlySet<string>>;
  /** By which its service proxy shares requests out. */
  readonly splits: readonly TrafficSplit[];
}

/** A pod's sandbox. */
export interface SandboxView {
  readonly id: string;
  readonly podUid: string;
  readonly running: boolean;
}

/** A container, running or dead. */
export interface ContainerView {
  readonly id: string;
  readonly podUid: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly name: string;
  readonly kind: 'init' | 'app';
  /** How often this container had been started before in this pod. */
  readonly attempt: number;
  readonly running: boolean;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  /** When its program first got TERM or KILL from the agent. */
  readonly toldToStopAtMs?: number;
  readonly exitCode?: number;
}

/** A write that a user was told had been done. */
export interface Ack {
  readonly atMs: number;
  readonly verb: UserVerb;
  /** The store's key. */
  readonly key: string;
  readonly uid: string;
  /** As answered. Of a deletion: that of what remains, or of the last state when the object is gone. */
  readonly resourceVersion: string;
  /** As answered. */
  readonly object: AnyObject;
}

/** A write that a user sent. */
export interface UserRequest {
  readonly atMs: number;
  readonly verb: UserVerb;
  /** The store's key. */
  readonly key: string;
  /** To be deleted without any grace: nothing is waited for. */
  readonly isForced?: boolean;
}

export type UserVerb = 'create' | 'update' | 'delete';

/** A process of Gantry's. */
export interface ProcessView {
  readonly kind: 'control-plane' | 'agent';
  /** Of an agent: the node that it serves. */
  readonly node?: string;
  /** It runs, and is not frozen. */
  readonly up: boolean;
  /** Keys, events and writes that wait in it. */
  readonly queued: number;
  /** Watches that it holds open: on the store, or at the API. */
  readonly watches: number;
  readonly pendingTimers: number;
}

/**
 * A statement that holds at every step. It may keep a state of its own, fed by the writes of each look, and has to be
 * shown every look from the first one on.
 */
export interface Invariant {
  /** Kebab-case. */
  readonly name: string;
  /** What holds, as one sentence for a reader. */
  readonly sentence: string;
  /** @returns what is broken, as one sentence that names object and figures; undefined when it holds. */
  check(view: WorldView): string | undefined;
}
