// The pod network of one node: follows the Node objects, and brings kernel and engine to what they ask for, when
// something changes and now and then. It ends without taking anything away: pods go on.
import type { Client } from '@gantry/api/client';
import { createInformer } from '@gantry/api/informer';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import { childAbort } from '@gantry/kit/child-abort';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Ipv4Range } from '@gantry/kit/ipv4-range';
import type { Logger } from '@gantry/kit/logger';
import { messageOf, OperationalError } from '@gantry/kit/operational-error';
import { podNetworkNames } from '@gantry/kit/pod-network/names';
import type { Random } from '@gantry/kit/random';
import type { SandboxNetwork } from '../runtime/docker/docker-runtime.ts';
import { readCluster, type ClusterView } from './cluster-view.ts';
import type { NetworkAction, NetworkFault } from './network-state.ts';
import type { NetworkSystem } from './network-system.ts';
import { planNetwork } from './plan-network.ts';
import { conditionOf, type NetworkVerdict } from './network-condition.ts';

export interface PodNetwork extends SandboxNetwork {
  /** Keeps the network until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** For the node's condition `NetworkUnavailable`; undefined while nothing is known. */
  condition(): NetworkVerdict | undefined;
  /** Called whenever the condition has changed. */
  onCondition(listener: () => void): void;
}

export interface PodNetworkDeps {
  client: Pick<Client, 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  nodeName: string;
  /** See kit/node-scope.ts. */
  scope: string;
  /** This node's InternalIP. */
  hostIp(): Promise<string>;
  /** Where ranges of nodes may lie. */
  clusterRanges: readonly Ipv4Range[];
  system: NetworkSystem;
}

/** Somebody may have changed what is ours. */
const ROUND_MS = 30_000;
/** Many nodes that come at once are one round. */
const SETTLE_MS = 200;
const RETRY: BackoffPolicy = { initialMs: 500, maxMs: 30_000, factor: 2, jitter: 0.3 };
/** How long a sandbox waits before its pod is told why it waits. */
const READY_WAIT_MS = 5_000;
/**
 * A node that is new gets its range within this. A cluster where no node has one by then gives out none: sandboxes go
 * where they went before.
 */
const RANGE_WAIT_MS = 10_000;
/** Nodes named in one condition or log line. */
const NAMED_MAX = 5;
/** The engine's own network. */
const DEFAULT_NETWORK = 'bridge';

export function createPodNetwork(deps: PodNetworkDeps): PodNetwork {
  return new Network(deps);
}

class Network implements PodNetwork {
  readonly #deps: PodNetworkDeps;
  readonly #names: ReturnType<typeof podNetworkNames>;
  readonly #waiting = new Set<() => void>();
  readonly #listeners: (() => void)[] = [];
  readonly #lostListeners: (() => void)[] = [];
  #ready: string | undefined;
  #why = 'the agent has not heard of its range of pod addresses yet';
  #verdict: NetworkVerdict | undefined;
  #told = '';
  /** Since when the node is seen without a range. */
  #rangelessSinceMs: number | undefined;
  #wake: () => void = () => undefined;
  #isDirty = false;

  constructor(deps: PodNetworkDeps) {
    this.#deps = deps;
    this.#names = podNetworkNames(deps.scope);
  }

  condition(): NetworkVerdict | undefined {
    return this.#verdict;
  }

  onCondition(listener: () => void): void {
    this.#listeners.push(listener);
  }

  onLost(listener: () => void): void {
    this.#lostListeners.push(listener);
  }

  async name(): Promise<string> {
    if (this.#ready === undefined) await this.#becomesReady();
    if (this.#ready === undefined) throw new OperationalError('network-not-ready', this.#why);
    return this.#ready;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { client, clock, random, logger } = this.#deps;
    const nodes = createInformer<Node>({
      ...{ client, definition: nodeKind, clock, random },
      onEvent: () => this.#touch(),
      onSynced: () => this.#touch(),
      onFault: (error) => logger.debug('nodes cannot be followed', { error: messageOf(error) }),
    });
    const following = nodes.run(signal);
    await this.#adopt();
    for (let failures = 0; !signal.aborted;) {
      this.#isDirty = false;
      const isDone = nodes.synced ? await this.#round(nodes.list()) : true;
      failures = isDone ? 0 : failures + 1;
      await this.#pause(failures === 0 ? this.#restMs() : backoffMs(RETRY, failures, random), signal);
    }
    await following;
  }

  /** After a restart pods go on being made before the control plane has been heard, and without it. */
  async #adopt(): Promise<void> {
    const found = await this.#deps.system.network().catch(() => undefined);
    if (found?.bridge === this.#names.bridge) this.#setReady(this.#names.network);
  }

  #restMs(): number {
    return this.#rangelessSinceMs === undefined ? ROUND_MS : RANGE_WAIT_MS;
  }

  #touch(): void {
    this.#isDirty = true;
    this.#wake();
  }

  /** Being woken shortens the pause, but not below the shortest. */
  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    await sleep(clock, Math.min(SETTLE_MS, delayMs), signal).catch(() => undefined);
    if (this.#isDirty) return;
    const early = childAbort(signal);
    this.#wake = () => early.abort();
    await sleep(clock, Math.max(0, delayMs - SETTLE_MS), early.signal).catch(() => undefined);
    this.#wake = () => undefined;
    early.release();
  }

  /** @returns false when it has to be tried again soon. */
  async #round(nodes: readonly Node[]): Promise<boolean> {
    const { clusterRanges, nodeName, system } = this.#deps;
    try {
      const hostIp = await this.#deps.hostIp();
      const view = readCluster(nodes, { nodeName, hostIp, clusterRanges });
      if (this.#isTooEarly(view)) return true;
      if (!view.hasRanges) {
        this.#doWithout();
        return true;
      }
      const inputs = { view, hostIp, names: this.#names };
      const plan = planNetwork({ ...inputs, observed: await system.observe() });
      const { failed, unreachable } = await this.#perform(plan.actions);
      this.#settle(view, plan.fault, failed);
      this.#tell(plan.fault ?? failed, [...plan.unreachable, ...unreachable]);
      return failed === undefined && unreachable.length === 0;
    } catch (error) {
      this.#tell(failure(error), []);
      return false;
    }
  }

  /**
   * What fails does not keep the rest from being done, and what fails for another node's sake is no fault of this one:
   * its object may say anything.
   */
  async #perform(actions: readonly NetworkAction[]): Promise<Performed> {
    const { system, logger } = this.#deps;
    const performed: Performed = { failed: undefined, unreachable: [] };
    for (const action of actions) {
      try {
        await system.perform(action);
        logger.debug('pod network changed', { action: action.type });
      } catch (error) {
        const node = subjectOf(action);
        if (node === undefined) performed.failed ??= failure(error);
        else performed.unreachable.push({ node, why: messageOf(error) });
      }
    }
    return performed;
  }

  #isTooEarly(view: ClusterView): boolean {
    const nowMs = this.#deps.clock.nowMs();
    if (view.own !== undefined || view.fault !== undefined) this.#rangelessSinceMs = undefined;
    else this.#rangelessSinceMs ??= nowMs;
    if (!view.isKnown) return true;
    return this.#rangelessSinceMs !== undefined && nowMs - this.#rangelessSinceMs < RANGE_WAIT_MS;
  }

  /** Sandboxes need the engine's network; routes may follow. */
  #settle(view: ClusterView, fault: NetworkFault | undefined, failed: NetworkFault | undefined): void {
    const isUsable = view.own !== undefined && fault === undefined;
    if (isUsable && (failed === undefined || this.#ready !== undefined)) this.#setReady(this.#names.network);
    else if (!isUsable) this.#setReady(undefined);
    this.#why = (fault ?? failed)?.message ?? this.#why;
  }

  #doWithout(): void {
    this.#setReady(DEFAULT_NETWORK);
    this.#report({
      ...{ status: 'False', reason: 'NoClusterRange' },
      message:
        "the control plane gives out no ranges: pods are in the engine's own network, and reach no other node",
    });
  }

  #setReady(network: string | undefined): void {
    const isLost = this.#ready !== undefined && network !== this.#ready;
    this.#ready = network;
    if (isLost) for (const listener of this.#lostListeners) listener();
    if (network !== undefined) for (const resume of [...this.#waiting]) resume();
  }

  async #becomesReady(): Promise<void> {
    const { clock } = this.#deps;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        cancel();
        this.#waiting.delete(end);
        resolve();
      };
      const cancel = clock.schedule(READY_WAIT_MS, end);
      this.#waiting.add(end);
    });
  }

  #tell(fault: NetworkFault | undefined, unreachable: readonly { node: string; why: string }[]): void {
    const named = unreachable.slice(0, NAMED_MAX);
    const words = JSON.stringify([fault, named]);
    const { logger } = this.#deps;
    if (words !== this.#told) {
      this.#told = words;
      if (fault !== undefined) logger.warn('the pod network is not as it should be', { ...fault });
      for (const one of named) logger.warn('a node is out of the pod network', { ...one });
    }
    this.#report(conditionOf(fault, named, unreachable.length));
  }

  #report(verdict: NetworkVerdict): void {
    const hasChanged = JSON.stringify(verdict) !== JSON.stringify(this.#verdict);
    this.#verdict = verdict;
    if (hasChanged) for (const listener of this.#listeners) listener();
  }
}

/** What came of a plan. */
interface Performed {
  failed: NetworkFault | undefined;
  unreachable: { node: string; why: string }[];
}

/** For what other node's sake an action is: its range, or its host. */
function subjectOf(action: NetworkAction): string | undefined {
  if (action.type === 'set-route' || action.type === 'remove-route') return action.route.destination;
  if (action.type === 'set-neighbour' || action.type === 'remove-neighbour') return action.neighbour.address;
  return action.type === 'set-entry' || action.type === 'remove-entry' ? action.entry.host : undefined;
}

function failure(error: unknown): NetworkFault {
  const message = `${messageOf(error)}; it is tried again. The agent has to be root, with iproute2, iptables and nftables installed`;
  return { reason: 'NetworkSetupFailed', message };
}
