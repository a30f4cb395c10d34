// For tests: a random cluster as plain objects, a scheduler that is told of each change, and every decision of its held
// against the exhaustive one in the same state.
import type { ExecutionContext } from 'ava';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { seededRandom } from '@gantry/kit/random';
import { compareHarm, priorityOf, roomsToMake } from './exhaustive-preemption.ts';
import type { PlacedPod, PlainCluster } from './exhaustive-scheduler.ts';
import { feasibleNodes } from './exhaustive-scheduler.ts';
import { Draw, podOf, randomNode, randomTemplate } from './random-cluster.ts';
import type { Outcome } from './schedule.ts';
import { SchedulerCore } from './scheduler-core.ts';
import type { PodParts } from './test-cluster.ts';

/** A trial's size. */
export interface TrialShape {
  nodes: number;
  /** Priorities of templates are drawn from these. */
  priorities: readonly number[];
}

export class Trial {
  readonly #core: SchedulerCore;
  readonly #draw: Draw;
  readonly #t: ExecutionContext;
  readonly #title: string;
  readonly #templates: PodParts[];
  readonly #nodes = new Map<string, Node>();
  readonly #placed = new Map<string, PlacedPod>();
  readonly #pending = new Map<string, Pod>();
  /** Rooms held. */
  readonly #held = new Map<string, PlacedPod>();
  /** Told to leave. */
  readonly #leaving = new Set<string>();
  #pods = 0;
  #nowMs = 0;
  /** By how much each choice was worse than the best one, as a share of the best one's score. */
  readonly losses: number[] = [];

  constructor(t: ExecutionContext, seed: number, { nodes, priorities }: TrialShape) {
    this.#t = t;
    this.#title = `seed ${seed}`;
    this.#core = new SchedulerCore(seededRandom(seed));
    this.#draw = new Draw(seededRandom(seed + 1_000_003));
    this.#templates = Array.from({ length: 1 + this.#draw.number(7) }, () =>
      randomTemplate(this.#draw, priorities),
    );
    for (let index = 0; index < nodes; index += 1) this.#setNode(`n${index}`);
  }

  #setNode(name: string): void {
    const node = randomNode(this.#draw, name);
    this.#nodes.set(name, node);
    this.#core.nodeSeen(node);
  }

  /** Something happens outside. */
  disturb(): void {
    const name = `n${this.#draw.number(this.#nodes.size + 1)}`;
    const node = this.#nodes.get(name);
    if (this.#draw.oneIn(3)) this.#setNode(name);
    else if (node !== undefined && this.#draw.oneIn(4)) {
      this.#nodes.delete(name);
      this.#core.nodeGone(node);
    }
    for (const [uid, { pod, node: at }] of this.#placed) {
      const isLeaving = this.#leaving.has(uid);
      if (this.#draw.oneIn(isLeaving ? 3 : 12)) {
        this.#placed.delete(uid);
        this.#leaving.delete(uid);
        this.#core.podGone(pod);
      } else if (this.#draw.oneIn(isLeaving ? 3 : 25)) this.#seePlaced({ ...pod, metadata: ending(pod) }, at);
    }
  }

  offer(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.#pods += 1;
      const pod = podOf(this.#draw.one(this.#templates), `p${this.#pods}`, this.#pods);
      this.#pending.set(pod.metadata.uid ?? '', pod);
      this.#core.podSeen(pod, this.#nowMs);
    }
  }

  /** Lets the scheduler decide, and judges it. */
  decide(): void {
    this.#nowMs += 20_000;
    const outcome = this.#core.decide(this.#nowMs);
    const fates = fatesOf(outcome);
    // In order of precedence: of equal priority in the order in which they were offered.
    const tried = [...this.#pending].filter(([uid]) => fates.has(uid));
    for (const [uid, pod] of tried.sort(([, a], [, b]) => priorityOf(b) - priorityOf(a))) {
      const fate = fates.get(uid);
      const held = this.#held.get(uid);
      this.#held.delete(uid);
      if (fate?.type === 'placed') this.#place(pod, fate.node, held?.node);
      if (fate?.type === 'waiting') this.#wait(pod, held);
      if (fate?.type === 'refused') this.#refuse(pod, fate.nominated, outcome);
    }
  }

  #place(pod: Pod, node: string, held: string | undefined): void {
    const about = `${this.#title}, ${pod.metadata.name ?? ''} on ${node}`;
    const feasible = feasibleNodes(pod, this.#clusterFor(pod));
    const own = feasible.get(node);
    this.#t.not(own, undefined, `${about} is not feasible`);
    const plain = { ...this.#clusterFor(pod), placed: [...this.#placed.values()] };
    this.#t.true(feasibleNodes(pod, plain).has(node), `${about} relies on one who is not there yet`);
    const best = Math.max(...feasible.values());
    if (node !== held && !this.#isHeldBack(pod)) {
      this.losses.push((best - (own ?? 0)) / Math.max(100, Math.abs(best)));
    }
    const uid = pod.metadata.uid ?? '';
    this.#core.bound(uid);
    this.#seePlaced(pod, node);
    this.#pending.delete(uid);
  }

  #wait(pod: Pod, held: PlacedPod | undefined): void {
    const about = `${this.#title}, ${pod.metadata.name ?? ''} waits`;
    this.#t.not(held, undefined, `${about} for no room`);
    if (held === undefined) return;
    this.#t.true(
      [...this.#placed.values()].some(
        (other) =>
          other.node === held.node && priorityOf(other.pod) < priorityOf(pod) && this.#isLeaving(other.pod),
      ),
      `${about} for nobody`,
    );
    this.#held.set(pod.metadata.uid ?? '', held);
  }

  #refuse(pod: Pod, nominated: string | undefined, outcome: Outcome): void {
    const about = `${this.#title}, ${pod.metadata.name ?? ''} refused`;
    const cluster = this.#clusterFor(pod);
    if (!this.#isHeldBack(pod)) this.#t.deepEqual([...feasibleNodes(pod, cluster).keys()], [], about);
    const rooms = roomsToMake(pod, cluster, this.#leaving);
    if (pod.spec.preemptionPolicy === 'Never') {
      this.#t.is(nominated, undefined, about);
      return;
    }
    const room = rooms.get(nominated ?? '');
    if (!this.#isHeldBack(pod)) this.#t.is(room !== undefined, rooms.size > 0, `${about}: room`);
    if (room === undefined || nominated === undefined) return;
    const uid = pod.metadata.uid ?? '';
    const preemption = outcome.preemptions.find((each) => each.pod.uid === uid);
    const victims = preemption?.victims.map((each) => each.uid) ?? [];
    this.#t.deepEqual(
      victims,
      room.victims.map(({ metadata }) => metadata.uid ?? ''),
      `${about}: victims`,
    );
    for (const other of rooms.values()) {
      this.#t.true(compareHarm(room.harm, other.harm) <= 0, `${about}: a lesser harm was passed over`);
    }
    for (const victim of victims) this.#leaving.add(victim);
    for (const [other, { pod: holder, node }] of this.#held) {
      if (node === nominated && priorityOf(holder) < priorityOf(pod)) this.#held.delete(other);
    }
    this.#held.set(uid, { pod, node: nominated });
  }

  /** What counts for the pod: who is placed, and who of at least its priority holds room. */
  #clusterFor(pod: Pod): PlainCluster {
    const held = [...this.#held.values()].filter((each) => priorityOf(each.pod) >= priorityOf(pod));
    return { nodes: [...this.#nodes.values()], placed: [...this.#placed.values(), ...held] };
  }

  /** Company of those who only hold room is not to be relied on: such a pod may be refused though a node takes it. */
  #isHeldBack(pod: Pod): boolean {
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    const looks = Object.keys({ ...podAffinity, ...podAntiAffinity }).length > 0;
    return this.#held.size > 0 && (looks || pod.spec.topologySpreadConstraints !== undefined);
  }

  #isLeaving({ metadata }: Pod): boolean {
    return this.#leaving.has(metadata.uid ?? '') || metadata.deletionTimestamp !== undefined;
  }

  #seePlaced(pod: Pod, node: string): void {
    const bound = {
      ...pod,
      metadata: { ...pod.metadata, generation: (pod.metadata.generation ?? 0) + 1 },
      spec: { ...pod.spec, nodeName: node },
    };
    this.#placed.set(pod.metadata.uid ?? '', { pod: bound, node });
    this.#core.podSeen(bound, this.#nowMs);
  }
}

type Fate = { type: 'placed'; node: string } | { type: 'waiting' } | { type: 'refused'; nominated?: string };

function fatesOf({ placements, unschedulable, waiting }: Outcome): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  for (const { pod, node } of placements) fates.set(pod.uid, { type: 'placed', node });
  for (const { uid } of waiting) fates.set(uid, { type: 'waiting' });
  for (const { pod, nominated } of unschedulable) {
    fates.set(pod.uid, { type: 'refused', ...(nominated === undefined ? {} : { nominated }) });
  }
  return fates;
}

function ending({ metadata }: Pod): Pod['metadata'] {
  return { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
}
