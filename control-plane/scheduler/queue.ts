// Pods that wait for a node: ready to be tried, backing off after a failure, or parked until something changes
// that may cure the refusal. Holds each pod once. All times are arguments.
import type { BackoffPolicy } from '@gantry/kit/backoff';
import { backoffMs } from '@gantry/kit/backoff';
import type { ChangeSet } from './change-set.ts';
import { Heap } from '@gantry/kit/heap';
import { ParkedPods } from './parked-pods.ts';
import type { PodView } from './pod-needs.ts';
import type { FilterPlugin } from './plugin.ts';

/** Kubernetes' figures: 1 s, doubling up to 10 s. */
const BACKOFF: BackoffPolicy = { initialMs: 1000, maxMs: 10_000, factor: 2, jitter: 0 };
/** Parked pods are tried again after this long even if no event spoke for it: a safety net, not the mechanism. */
export const PARKED_MAX_MS = 60_000;
/** More pending pods are not taken in; they are found again by {@link SchedulingQueue.hasRefused}. */
export const PODS_QUEUED_MAX = 100_000;

/** Where a pod waits. */
export type Place = 'active' | 'backing-off' | 'parked';

/** A pod in the queue. Never altered: what changes takes its place. */
export interface Waiting {
  readonly pod: PodView;
  readonly place: Place;
  /** First come, first served within a priority. Kept across retries. */
  readonly sequence: number;
  readonly sinceMs: number;
  readonly failures: number;
  /** Earliest time of the next try. */
  readonly notBeforeMs: number;
  /** Names of the filters that refused. */
  readonly plugins: ReadonlySet<string>;
}

/** A pod to be tried now, with how long it has waited so far. */
export interface QueuedPod {
  pod: PodView;
  sinceMs: number;
  failures: number;
}

/** The scheduling queue. */
export class SchedulingQueue {
  readonly #waiting = new Map<string, Waiting>();
  readonly #parked: ParkedPods;
  /** Pods that were taken and not yet settled keep their place in line. */
  readonly #taken = new Map<string, Waiting>();
  readonly #active = new Heap<Waiting>(byPrecedence);
  readonly #backingOff = new Heap<Waiting>(byTime);
  readonly #counts: Record<Place, number> = { active: 0, 'backing-off': 0, parked: 0 };
  #sequence = 0;
  #refused = false;

  constructor(filters: readonly FilterPlugin[]) {
    this.#parked = new ParkedPods(filters);
  }

  /** How many wait where. */
  counts(): Readonly<Record<Place, number>> {
    return this.#counts;
  }

  /** Parked pods, by filter that refuses them. */
  parkedByFilter(): ReadonlyMap<string, number> {
    return this.#parked.countsByFilter();
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Whether the limit has kept pods out; asking resets it. */
  hasRefused(): boolean {
    const refused = this.#refused && this.#waiting.size < PODS_QUEUED_MAX;
    if (refused) this.#refused = false;
    return refused;
  }

  /** The pod as it waits or is being tried. */
  podOf(uid: string): PodView | undefined {
    return (this.#waiting.get(uid) ?? this.#taken.get(uid))?.pod;
  }

  /** Adds a pending pod. One that is known keeps its place unless its needs have changed: then it is tried at once. */
  offer(pod: PodView, nowMs: number): void {
    if (this.#taken.has(pod.uid)) return;
    const known = this.#waiting.get(pod.uid);
    if (known === undefined && this.#waiting.size >= PODS_QUEUED_MAX) {
      this.#refused = true;
      return;
    }
    if (known !== undefined && isSameRequest(known.pod, pod)) return;
    const fresh = { place: 'active' as const, failures: 0, notBeforeMs: 0, plugins: NO_PLUGINS };
    const { sequence, sinceMs } = known ?? { sequence: this.#sequence++, sinceMs: nowMs };
    this.#put({ ...fresh, pod, sequence, sinceMs });
  }

  /** Forgets a pod: bound, ended or gone. */
  remove(uid: string): void {
    this.#leave(uid);
    this.#taken.delete(uid);
  }

  /** Takes up to `max` pods to try, in order of precedence. Each must then be settled, parked, retried or put back. */
  take(max: number, nowMs: number): QueuedPod[] {
    this.#promoteDue(nowMs);
    const taken: QueuedPod[] = [];
    while (taken.length < max) {
      const waiting = this.#active.pop();
      if (waiting === undefined) break;
      const { uid } = waiting.pod;
      if (this.#waiting.get(uid) !== waiting) continue;
      this.#leave(uid);
      this.#taken.set(uid, waiting);
      taken.push({ pod: waiting.pod, sinceMs: waiting.sinceMs, failures: waiting.failures });
    }
    return taken;
  }

  /** A taken pod has found a node. */
  settle(uid: string): void {
    this.#taken.delete(uid);
  }

  /** A taken pod was not tried after all. */
  putBack(uid: string): void {
    const taken = this.#untake(uid);
    if (taken !== undefined) this.#put(taken);
  }

  /** No node does for a taken pod: it waits until one of the refusing filters may answer otherwise. */
  park(uid: string, plugins: ReadonlySet<string>, nowMs: number): void {
    const taken = this.#untake(uid);
    if (taken === undefined) return;
    const failures = taken.failures + 1;
    const notBeforeMs = nowMs + backoffMs(BACKOFF, failures);
    this.#put({ ...taken, place: 'parked', failures, notBeforeMs, plugins });
  }

  /** Nothing is new for a taken pod: it waits on for what it waited for. */
  parkAgain(uid: string, nowMs: number): void {
    const taken = this.#untake(uid);
    if (taken !== undefined) this.#put({ ...taken, place: 'parked', notBeforeMs: nowMs });
  }

  /** A parked pod, or one that backs off, is tried at once: what it waits for has happened. */
  activate(uid: string): void {
    const waiting = this.#waiting.get(uid);
    if (waiting !== undefined && waiting.place !== 'active') this.#put({ ...waiting, place: 'active' });
  }

  /** A parked pod is tried again when its back-off is over. */
  unpark(uid: string): void {
    const waiting = this.#waiting.get(uid);
    if (waiting?.place === 'parked') this.#put({ ...waiting, place: 'backing-off' });
  }

  /** Something went wrong with a taken pod that says nothing about nodes: it is tried again after a while. */
  retry(uid: string, nowMs: number): void {
    const taken = this.#untake(uid);
    if (taken === undefined) return;
    const failures = taken.failures + 1;
    const notBeforeMs = nowMs + backoffMs(BACKOFF, failures);
    this.#put({ ...taken, place: 'backing-off', failures, notBeforeMs, plugins: NO_PLUGINS });
  }

  /** Wakes the parked pods that the changes may have cured; those still backing off wait for that first. */
  wake(changes: ChangeSet, nowMs: number): void {
    if (changes.isEmpty) return;
    for (const waiting of this.#parked.curedBy(changes)) {
      this.#put({ ...waiting, place: waiting.notBeforeMs > nowMs ? 'backing-off' : 'active' });
    }
  }

  /** Wakes pods that have been parked for long. */
  flush(nowMs: number): void {
    for (const waiting of this.#parked.parkedUntil(nowMs - PARKED_MAX_MS)) {
      this.#put({ ...waiting, place: 'active' });
    }
  }

  /** When a pod that backs off is due; undefined when none does. */
  nextDueMs(): number | undefined {
    this.#dropStale();
    return this.#backingOff.peek()?.notBeforeMs;
  }

  #untake(uid: string): Waiting | undefined {
    const taken = this.#taken.get(uid);
    this.#taken.delete(uid);
    return taken;
  }

  #put(waiting: Waiting): void {
    const { uid } = waiting.pod;
    this.#leave(uid);
    this.#waiting.set(uid, waiting);
    this.#counts[waiting.place] += 1;
    if (waiting.place === 'parked') this.#parked.add(waiting);
    if (waiting.place === 'active') this.#active.push(waiting);
    if (waiting.place === 'backing-off') this.#backingOff.push(waiting);
  }

  /** Entries of the heaps stay until they come up, and are then known to be old. */
  #leave(uid: string): void {
    const waiting = this.#waiting.get(uid);
    if (waiting === undefined) return;
    this.#waiting.delete(uid);
    this.#counts[waiting.place] -= 1;
    if (waiting.place === 'parked') this.#parked.remove(waiting);
  }

  #promoteDue(nowMs: number): void {
    for (;;) {
      this.#dropStale();
      const first = this.#backingOff.peek();
      if (first === undefined || first.notBeforeMs > nowMs) return;
      this.#backingOff.pop();
      this.#put({ ...first, place: 'active' });
    }
  }

  /** Heaps keep entries that were replaced since; they are dropped when they come up. */
  #dropStale(): void {
    for (let top = this.#backingOff.peek(); top !== undefined; top = this.#backingOff.peek()) {
      if (this.#waiting.get(top.pod.uid) === top) return;
      this.#backingOff.pop();
    }
  }
}

const NO_PLUGINS: ReadonlySet<string> = new Set();

function isSameRequest(a: PodView, b: PodView): boolean {
  return a.classKey === b.classKey && a.priority === b.priority && a.preempts === b.preempts;
}

function byPrecedence(a: Waiting, b: Waiting): number {
  return b.pod.priority - a.pod.priority || a.sequence - b.sequence;
}

function byTime(a: Waiting, b: Waiting): number {
  return a.notBeforeMs - b.notBeforeMs || a.sequence - b.sequence;
}
