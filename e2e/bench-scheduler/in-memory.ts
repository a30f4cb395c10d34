// The deciding half of the scheduler alone: its core with queue and cluster state, fed as the cache feeds it. Each pod
// is offered, decided on, and seen again with its node; nothing is written.
import type { Pod } from '@gantry/api/kinds/pod';
import { SchedulerCore } from '@gantry/control-plane/scheduler/scheduler-core';
import { seededRandom } from '@gantry/kit/random';
import { anotherPod } from './workload.ts';
import type { Churn, Workload } from './workload.ts';

/** What was measured. */
export interface Measured {
  podsPerSecond: number;
  /** Processor time of this process, user and system: what a busy machine does not change much. */
  cpuMicrosPerPod: number;
  /** Of single pods: how long each took. */
  latenciesMs: number[];
}

/** Decisions in which nothing was placed, before the run is given up. */
const IDLE_DECISIONS_MAX = 1_000;
/** Pods that are then decided on one by one. */
const SINGLE_PODS = 200;

/** Schedules a workload in memory. */
export function measureInMemory(workload: Workload): Measured {
  const run = new MemoryRun(workload.churn);
  for (const node of workload.nodes) run.core.nodeSeen(node);
  run.placeAll(workload.before.map(asSeen));
  run.offer(workload.beside.map(asSeen));
  const measured = workload.measured.map(asSeen);
  const beganCpu = process.cpuUsage();
  const beganMs = performance.now();
  run.placeAll(measured);
  const seconds = (performance.now() - beganMs) / 1_000;
  const { user, system } = process.cpuUsage(beganCpu);
  const latenciesMs = Array.from({ length: SINGLE_PODS }, (_, index) => {
    const pod = asSeen(anotherPod(workload, index));
    const offeredMs = performance.now();
    run.placeAll([pod]);
    return performance.now() - offeredMs;
  });
  return {
    podsPerSecond: measured.length / seconds,
    cpuMicrosPerPod: (user + system) / measured.length,
    latenciesMs,
  };
}

class MemoryRun {
  readonly core = new SchedulerCore(seededRandom(1));
  readonly #pods = new Map<string, Pod>();
  readonly #churn: Churn | undefined;
  #churned = false;

  constructor(churn: Churn | undefined) {
    this.#churn = churn;
  }

  offer(pods: readonly Pod[]): void {
    const nowMs = performance.now();
    for (const pod of pods) {
      this.#pods.set(pod.metadata.uid ?? '', pod);
      this.core.podSeen(pod, nowMs);
    }
  }

  /** @throws when pods remain that no decision places. */
  placeAll(pods: readonly Pod[]): void {
    this.offer(pods);
    for (let [left, idle] = [pods.length, 0]; left > 0;) {
      this.#comeAndGo();
      const placed = this.#decide();
      left -= placed;
      idle = placed === 0 ? idle + 1 : 0;
      if (idle > IDLE_DECISIONS_MAX) throw new Error(`${left} of ${pods.length} pods found no node`);
    }
  }

  #decide(): number {
    const nowMs = performance.now();
    const { placements, preemptions } = this.core.decide(nowMs);
    for (const { pod, node } of placements) {
      this.core.bound(pod.uid);
      const bound = asBound(this.#podOf(pod.uid), node);
      this.#pods.set(pod.uid, bound);
      this.core.podSeen(bound, nowMs);
    }
    for (const { victims } of preemptions) {
      for (const { uid } of victims) this.core.podGone(this.#podOf(uid));
    }
    return placements.length;
  }

  #podOf(uid: string): Pod {
    const pod = this.#pods.get(uid);
    if (pod === undefined) throw new Error(`pod ${uid} was not offered`);
    return pod;
  }

  /** Once a batch: what came goes, what went comes. */
  #comeAndGo(): void {
    if (this.#churn === undefined) return;
    const { node, pod } = this.#churn;
    if (this.#churned) {
      this.core.nodeGone(node);
      this.core.podGone(asSeen(pod));
    } else {
      this.core.nodeSeen(node);
      this.offer([asSeen(pod)]);
    }
    this.#churned = !this.#churned;
  }
}

function asSeen(pod: Pod): Pod {
  const { namespace = '', name = '' } = pod.metadata;
  const uid = `uid-${namespace}-${name}`;
  const metadata = { ...pod.metadata, uid, resourceVersion: '1', generation: 1 };
  return { ...pod, metadata, status: { phase: 'Pending' } };
}

function asBound(pod: Pod, nodeName: string): Pod {
  return { ...pod, metadata: { ...pod.metadata, generation: 2 }, spec: { ...pod.spec, nodeName } };
}
