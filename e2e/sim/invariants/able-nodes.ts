// Since when each node has been able to act on what the API says: host up, agent up, control plane within reach.
import type { WorldView } from './world-view.ts';

/** Has to be shown every look. */
export class AbleNodes {
  readonly #since = new Map<string, number>();

  look(view: WorldView): void {
    const down = new Set<string>();
    for (const { kind, up, node } of view.processes.values())
      if (kind === 'agent' && !up && node !== undefined) down.add(node);
    for (const [name, { up, reachable }] of view.nodes) {
      if (!up || !reachable || down.has(name)) this.#since.delete(name);
      else if (!this.#since.has(name)) this.#since.set(name, view.nowMs);
    }
    for (const name of this.#since.keys()) if (!view.nodes.has(name)) this.#since.delete(name);
  }

  /** Undefined while the node cannot act. */
  since(node: string): number | undefined {
    return this.#since.get(node);
  }
}
