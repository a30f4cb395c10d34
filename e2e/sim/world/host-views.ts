// What a host runs, as the invariants see it. They look at each step, and most steps change nothing on a host: what is as
// it was is the same value again, so that nobody has to work it out anew.
import type { HollowContainer, HollowSandbox } from '@gantry/agent/runtime/hollow/hollow-container';
import type { ContainerView, NodeView, SandboxView } from '../invariants/world-view.ts';

/** All that an engine holds. */
interface Held {
  readonly containers: ReadonlyMap<string, HollowContainer>;
  readonly sandboxes: ReadonlyMap<string, HollowSandbox>;
  /** Differs whenever any of them does. */
  readonly changes: number;
  /** A new set whenever it changes. */
  readonly leadsTo: ReadonlySet<string>;
  readonly busy: ReadonlySet<string>;
  readonly byService: NodeView['byService'];
  readonly splits: NodeView['splits'];
}

/** The views of one host, one after the other. */
export class HostViews {
  readonly #own: Pick<NodeView, 'evaluatesFlags'>;
  readonly #containers = new WeakMap<HollowContainer, ContainerView>();
  readonly #sandboxes = new WeakMap<HollowSandbox, SandboxView>();
  #last: NodeView | undefined;
  #lastChanges = -1;

  /** @param own what never changes. */
  constructor(own: Pick<NodeView, 'evaluatesFlags'>) {
    this.#own = own;
  }

  look(held: Held, up: boolean, reachable: boolean): NodeView {
    if (this.#last === undefined || !this.#isAsBefore(this.#last, held, up, reachable)) {
      const { containers, sandboxes, changes, ...traffic } = held;
      this.#lastChanges = changes;
      this.#last = {
        ...{ ...this.#own, up, reachable, ...traffic },
        sandboxes: Array.from(sandboxes.values(), (each) => this.#sandbox(each)),
        containers: Array.from(containers.values(), (each) => this.#container(each)),
      };
    }
    return this.#last;
  }

  #isAsBefore(last: NodeView, held: Held, up: boolean, reachable: boolean): boolean {
    if (this.#lastChanges !== held.changes || last.up !== up || last.reachable !== reachable) return false;
    if (last.leadsTo !== held.leadsTo || last.busy !== held.busy) return false;
    return last.byService === held.byService && last.splits === held.splits;
  }

  #container(container: HollowContainer): ContainerView {
    const { id, spec, status, startedAtMs, finishedAtMs, toldToStopAtMs, exit } = container;
    const running = status === 'running';
    const last = this.#containers.get(container);
    if (
      last?.running === running &&
      last.startedAtMs === startedAtMs &&
      last.finishedAtMs === finishedAtMs &&
      last.toldToStopAtMs === toldToStopAtMs &&
      last.exitCode === exit?.exitCode
    ) {
      return last;
    }
    const { pod, name, kind, attempt } = spec;
    const view = {
      ...{
        id,
        podUid: pod.uid,
        podName: pod.name,
        podNamespace: pod.namespace,
        name,
        kind,
        attempt,
        running,
      },
      ...(startedAtMs === undefined ? {} : { startedAtMs }),
      ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
      ...(toldToStopAtMs === undefined ? {} : { toldToStopAtMs }),
      ...(exit === undefined ? {} : { exitCode: exit.exitCode }),
    };
    this.#containers.set(container, view);
    return view;
  }

  #sandbox(sandbox: HollowSandbox): SandboxView {
    const running = sandbox.status === 'running';
    const last = this.#sandboxes.get(sandbox);
    if (last?.running === running) return last;
    const view = { id: sandbox.id, podUid: sandbox.spec.pod.uid, running };
    this.#sandboxes.set(sandbox, view);
    return view;
  }
}
