// All that a hollow engine holds, as plain data, with its power switch. It outlives every runtime that looks at it, as an
// engine outlives agents.
import { sleep, type Clock } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';
import type { Ids } from '@gantry/kit/random';
import type { HollowDisk } from '../../machine/hollow/hollow-disk.ts';
import type { PodIdentity, RuntimeEvent } from '../runtime.ts';
import type { HollowContainer, HollowSandbox } from './hollow-container.ts';

/** Told in the order in which things happen, but never in the middle of a call. */
export interface EngineListener {
  node: string;
  onEvent(event: RuntimeEvent): void;
  /** Events may have been missed. */
  resync(): void;
}

export class HollowState {
  readonly sandboxes = new Map<string, HollowSandbox>();
  readonly containers = new Map<string, HollowContainer>();
  readonly listeners = new Set<EngineListener>();
  readonly clock: Clock;
  readonly disk: HollowDisk;
  readonly #ids: Ids;
  #power = new AbortController();
  #isOn = true;
  #changes = 0;

  constructor(deps: { clock: Clock; ids: Ids; disk: HollowDisk }) {
    this.clock = deps.clock;
    this.disk = deps.disk;
    this.#ids = deps.ids;
  }

  /** Asked all the time: a signal takes longer to say so. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Grows with each change of what sandboxes and containers there are and how they are: who looks again need not compare. */
  get changes(): number {
    return this.#changes;
  }

  /** For changes that no event tells of. */
  noteChange(): void {
    this.#changes += 1;
  }

  /** 64 hexadecimal digits, as Docker's. */
  newId(): string {
    return `${this.#ids.uid()}${this.#ids.uid()}`.replaceAll('-', '');
  }

  /** Waits while the host is on. @throws OperationalError `runtime-unavailable` when it goes off. */
  async wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(this.clock, ms, this.#power.signal);
    else this.#power.signal.throwIfAborted();
  }

  switchOff(): void {
    this.#isOn = false;
    this.#power.abort(new OperationalError('runtime-unavailable', 'the hollow host is off'));
  }

  switchOn(): void {
    this.#isOn = true;
    this.#power = new AbortController();
  }

  /** To be called after the change. Nobody is told while the host goes down: it takes its engine along. */
  emit(type: RuntimeEvent['type'], about: { id: string; node: string; spec: { pod: PodIdentity } }): void {
    this.noteChange();
    if (!this.isOn) return;
    const event = { type, containerId: about.id, podUid: about.spec.pod.uid };
    for (const listener of this.listeners) {
      if (listener.node !== about.node) continue;
      queueMicrotask(() => {
        if (this.listeners.has(listener)) listener.onEvent(event);
      });
    }
  }
}
