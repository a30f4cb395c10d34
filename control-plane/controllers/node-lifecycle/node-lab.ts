// Nodes that fall silent, complain and come back, in a toy world with one clock for all, for tests. Agents' own times
// are deliberately wrong: nothing may rest on them.
import { leaseKind, type Lease } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { Controller } from '../../engine/controller.ts';
import { settleAll } from '../../engine/settle.ts';
import { emptyWorld, later, readerOf, withChange, withObject, type World } from '../../engine/toy-world.ts';
import { createNodeLifecycleController } from './node-lifecycle-controller.ts';
import { isCondemned } from './node-taints.ts';

const START = emptyWorld();
/** An agent whose clock is years behind. */
const WRONG_TIME = '2001-01-01T00:00:00.000000Z';

/** See the head of this file. */
export class Lab {
  readonly clock = new VirtualClock(START.nowMs);
  controller: Controller = createNodeLifecycleController(this.clock);
  world: World = START;
  /** Of nodes that have one. */
  readonly zones = new Map<string, string>();
  #beats = 0;

  constructor(...nodes: string[]) {
    for (const name of nodes) {
      this.world = withObject(this.world, nodeKind, aNode(name));
      this.world = withObject(this.world, leaseKind, aLease(name));
    }
  }

  pod(name: string, node: string, tolerationSeconds?: number): this {
    this.world = withObject(this.world, podKind, aPod(name, node, tolerationSeconds));
    return this;
  }

  /** The agents of these nodes renew their Leases; the controller hears of it at once. */
  beat(...nodes: string[]): this {
    for (const name of nodes) {
      this.#beats += 1;
      const renewTime = WRONG_TIME.replace('000000Z', `${String(this.#beats).padStart(6, '0')}Z`);
      const key = { namespace: 'kube-node-lease', name };
      this.world = withChange(this.world, leaseKind, key, (lease) => ({
        ...lease,
        spec: { ...lease.spec, renewTime },
      }));
      const lease = readerOf(this.world).get(leaseKind, key) as Lease;
      for (const trigger of this.controller.triggers) {
        if (trigger.definition === (leaseKind as unknown)) trigger.keys(lease, readerOf(this.world));
      }
    }
    return this;
  }

  /** Time goes by a second at a time; `beating` keep renewing; the controller looks each second. */
  run(seconds: number, ...beating: string[]): this {
    for (let second = 0; second < seconds; second += 1) {
      this.clock.advance(1000);
      this.world = later(this.world, 1000);
      this.beat(...beating);
      this.settle();
    }
    return this;
  }

  /** Time goes by and nobody looks: this process is away. */
  away(seconds: number): this {
    this.clock.advance(seconds * 1000);
    this.world = later(this.world, seconds * 1000);
    return this;
  }

  settle(): this {
    this.world = settleAll([this.controller], this.world).world;
    return this;
  }

  /** The agent reports. */
  report(name: string, status: 'True' | 'False', type = 'Ready'): this {
    this.world = withChange(
      this.world,
      nodeKind,
      { namespace: '', name },
      (node) => {
        const others = (node.status?.conditions ?? []).filter((condition) => condition.type !== type);
        const conditions = [...others, { type, status, lastHeartbeatTime: `${WRONG_TIME}${this.#beats}` }];
        return { ...node, status: { ...node.status, conditions } };
      },
      'status',
    );
    return this.settle();
  }

  node(name: string): Node {
    return readerOf(this.world).get(nodeKind, { namespace: '', name }) as Node;
  }

  /** Names of those whose pods have to leave. */
  condemned(): string[] {
    return readerOf(this.world)
      .list(nodeKind)
      .filter(isCondemned)
      .map(({ metadata }) => metadata.name ?? '');
  }

  inZone(name: string, zone: string): this {
    this.zones.set(name, zone);
    this.world = withChange(this.world, nodeKind, { namespace: '', name }, (node) => ({
      ...node,
      metadata: { ...node.metadata, labels: { 'topology.kubernetes.io/zone': zone } },
    }));
    return this;
  }

  /** The agent promises to be heard within so many seconds. */
  grace(name: string, leaseDurationSeconds: number): this {
    const key = { namespace: 'kube-node-lease', name };
    this.world = withChange(this.world, leaseKind, key, (lease) => ({
      ...lease,
      spec: { ...lease.spec, leaseDurationSeconds },
    }));
    return this;
  }

  ready(name: string): string | undefined {
    return this.node(name).status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  }

  taints(name: string): string[] {
    return (this.node(name).spec.taints ?? []).map(
      ({ key, effect }) => `${key.split('/')[1] ?? key}:${effect}`,
    );
  }

  podsLeft(): string[] {
    return readerOf(this.world)
      .list(podKind)
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name ?? '');
  }
}

export function aNode(name: string): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: {},
    status: {
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: 'True', lastHeartbeatTime: WRONG_TIME },
      ],
    },
  };
}

export function aLease(name: string): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, renewTime: WRONG_TIME, leaseDurationSeconds: 5 },
  };
}

function aPod(name: string, nodeName: string, tolerationSeconds?: number): Pod {
  const tolerations = ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists' as const,
    effect: 'NoExecute' as const,
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'x' }], nodeName, tolerations },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
