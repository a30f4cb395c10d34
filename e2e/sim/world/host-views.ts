// What a host runs, as the invariants see it. They look at each step, and most steps change nothing on a host: what is as
// it was is the same value again, so that nobody has to work it out anew.
import type { HollowContainer, HollowSandbox } from '@gantry/agent/runtime/hollow/hollow-container';
import type { ContainerView, NodeView, SandboxView } from '../invariants/world-view.ts';

/** All that an engine holds. */
interface Held {
  readonly containers: ReadonlyMap<string, HollowContainer>;
  readonly sandboxes: ReadonlyMap<string, HollowSandbox>;
  /** A new set whenever it changes. */
  readonly leadsTo: ReadonlySet<string>;
  readonly byService: NodeView['byService'];
  readonly splits: NodeView['splits'];
}

/** The views of one host, one after the other. */
export class HostViews {
  readonly #own: Pick<NodeView, 'evaluatesFlags'>;
  readonly #containers = new WeakMap<HollowContainer, ContainerView>();
  readonly #sandboxes = new WeakMap<HollowSandbox, SandboxView>();
  #last: NodeView | undefined;

  /** @param own what never changes. */
  constructor(own: Pick<NodeView, 'evaluatesFlags'>) {
    this.#own = own;
  }

  look(held: Held, up: boolean, reachable: boolean): NodeView {
    if (this.#last === undefined || !this.#isAsBefore(this.#last, held, up, reachable)) {
      const { containers, sandboxes, ...traffic } = held;
      this.#last = {
        ...{ ...this.#own, up, reachable, ...traffic },
        sandboxes: Array.from(sandboxes.values(), (each) => this.#sandbox(each)),
        containers: Array.from(containers.values(), (each) => this.#container(each)),
      };
    }
    return this.#last;
  }

  /** Makes nothing: that is what most looks at a host come to. */
  #isAsBefore(last: NodeView, held: Held, up: boolean, reachable: boolean): boolean {
    if (last.up !== up || last.reachable !== reachable) return false;
    if (last.leadsTo !== held.leadsTo || last.byService !== held.byService) return false;
    const { containers, sandboxes } = last;
    if (last.splits !== held.splits || containers.length !== held.containers.size) return false;
    if (sandboxes.length !== held.sandboxes.size) return false;
    let at = 0;
    for (const each of held.containers.values()) if (containers[at++] !== this.#container(each)) return false;
    at = 0;
    for (const each of held.sandboxes.values()) if (sandboxes[at++] !== this.#sandbox(each)) return false;
    return true;
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
