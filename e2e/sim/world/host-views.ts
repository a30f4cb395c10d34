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
  readonly #containers = new WeakMap<HollowContainer, ContainerView>();
  readonly #sandboxes = new WeakMap<HollowSandbox, SandboxView>();
  #last: NodeView | undefined;

  look({ containers, sandboxes, ...traffic }: Held, up: boolean, reachable: boolean): NodeView {
    const next = {
      ...{ up, reachable, ...traffic },
      sandboxes: Array.from(sandboxes.values(), (each) => this.#sandbox(each)),
      containers: Array.from(containers.values(), (each) => this.#container(each)),
    };
    if (this.#last === undefined || !isSame(this.#last, next)) this.#last = next;
    return this.#last;
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

function isSame(a: NodeView, b: NodeView): boolean {
  return (
    a.up === b.up &&
    a.reachable === b.reachable &&
    a.leadsTo === b.leadsTo &&
    a.byService === b.byService &&
    a.splits === b.splits &&
    hasSame(a.containers, b.containers) &&
    hasSame(a.sandboxes, b.sandboxes)
  );
}

function hasSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}
