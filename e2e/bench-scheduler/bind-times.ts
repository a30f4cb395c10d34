// When pods were seen to be bound: the first of a run, the last, and those asked for by name.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { DurableLab } from './durable-lab.ts';

/** Listens to the cache, which is fed by etcd's watch: what it shows is written. */
export class BindTimes {
  count = 0;
  #firstMs = 0;
  #lastMs = 0;
  #firstCpu = process.cpuUsage();
  #cpuMicros = 0;
  #expected = 0;
  readonly #ofPods = new Map<string, number>();

  constructor(lab: DurableLab) {
    lab.cache.onEvent(podKind, ({ object, previous }) => {
      const pod = object as Pod;
      const was = (previous as Pod | undefined)?.spec.nodeName ?? '';
      if (previous === undefined || was !== '' || (pod.spec.nodeName ?? '') === '') return;
      this.count += 1;
      if (this.count === 1) this.#began();
      if (this.count === this.#expected) this.#ended();
      const name = pod.metadata.name ?? '';
      if (this.#ofPods.has(name)) this.#ofPods.set(name, performance.now());
    });
  }

  /** A run of so many begins. */
  expect(count: number): void {
    this.count = 0;
    this.#expected = count;
  }

  get areAllThere(): boolean {
    return this.count >= this.#expected;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** From the first bind of the run to its last. */
  perSecond(): number {
    return (1_000 * (this.#expected - 1)) / (this.#lastMs - this.#firstMs);
  }

  /** Processor time of this process between them, user and system, all threads. */
  cpuMicrosPerPod(): number {
    return this.#cpuMicros / (this.#expected - 1);
  }

  #began(): void {
    this.#firstMs = performance.now();
    this.#firstCpu = process.cpuUsage();
  }

  #ended(): void {
    this.#lastMs = performance.now();
    const { user, system } = process.cpuUsage(this.#firstCpu);
    this.#cpuMicros = user + system;
  }

  /** The time of this pod is wanted. */
  watch(name: string): void {
    this.#ofPods.set(name, 0);
  }

  /** 0 until it is bound. */
  of(name: string): number {
    return this.#ofPods.get(name) ?? 0;
  }
}
