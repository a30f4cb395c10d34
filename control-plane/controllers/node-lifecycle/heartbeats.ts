// When each node was last heard, on this process' own clock: the time at which its Lease or status was seen to change,
// never a time that the node wrote. Kept in memory only, and on purpose: whoever begins to watch starts every grace
// anew, so that a restart of the control plane condemns nobody.
import type { Clock } from '@gantry/kit/clock';

/** After this long without looking at anything the watch begins anew: this process was away, not the nodes. */
export const WATCH_GAP_MS = 15_000;
/** One node is looked at this often even if all is well: shorter than the gap after which the watch begins anew. */
export const LOOK_INTERVAL_MS = 5_000;
/** Nodes remembered; the one not looked at for longest is forgotten, and starts anew. */
const NODES_MAX = 20_000;

interface Heard {
  /** What was seen; any other one is a sign of life. */
  sign: string;
  atMs: number;
  /** Silence for longer means that the node is lost. */
  graceMs: number;
}

/** Signs of life, by node. */
export class Heartbeats {
  readonly #clock: Clock;
  readonly #heard = new Map<string, Heard>();
  #lastLookMs: number;
  #anyAtMs: number;
  #lookout = { node: '', atMs: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastLookMs = clock.nowMs();
    this.#anyAtMs = this.#lastLookMs;
  }

  /**
   * Looks at a node's sign of life. When it is the first after a time in which nobody was heard, then what was cut off
   * was this process: all get their grace anew.
   *
   * @returns when the node was last heard, in milliseconds since the epoch.
   */
  look(node: string, sign: string, graceMs: number): number {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastLookMs > WATCH_GAP_MS) this.#beginAnew(nowMs);
    this.#lastLookMs = nowMs;
    const known = this.#heard.get(node);
    if (known?.sign === sign) {
      known.graceMs = graceMs;
      return known.atMs;
    }
    if (nowMs - this.#anyAtMs >= graceMs) this.#beginAnew(nowMs);
    this.#heard.delete(node);
    this.#heard.set(node, { sign, atMs: nowMs, graceMs });
    this.#anyAtMs = nowMs;
    if (this.#heard.size > NODES_MAX) {
      const oldest = this.#heard.keys().next();
      if (!oldest.done) this.#heard.delete(oldest.value);
    }
    return nowMs;
  }

  /** What is known of a node that was looked at; undefined of one that was not. */
  of(node: string): Readonly<Pick<Heard, 'atMs' | 'graceMs'>> | undefined {
    return this.#heard.get(node);
  }

  /**
   * Whether this node is the one to be looked at each {@link LOOK_INTERVAL_MS}; all others only when their silence would
   * be due. When it has not been for twice as long, whoever asks takes over.
   */
  isLookout(node: string): boolean {
    const nowMs = this.#clock.nowMs();
    const { node: before, atMs } = this.#lookout;
    if (before !== node && nowMs - atMs < 2 * LOOK_INTERVAL_MS) return false;
    this.#lookout = { node, atMs: nowMs };
    return true;
  }

  /** When any node was last heard. */
  get anyAtMs(): number {
    return this.#anyAtMs;
  }

  #beginAnew(nowMs: number): void {
    for (const heard of this.#heard.values()) heard.atMs = nowMs;
    this.#anyAtMs = nowMs;
  }
}
