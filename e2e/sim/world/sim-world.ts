// The whole cluster in one process: store, replicas, hosts, users and faults of a plan, joined on one virtual clock.
// `step` moves it by one timer; nothing in it uses real time, sockets or files.
import type { Client } from '@gantry/api/client';
import { createClient } from '@gantry/api/http-client';
import { createMemoryStore } from '@gantry/control-plane/store/memory-store';
import type { Store } from '@gantry/control-plane/store/store';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { ClockLog } from '../http/clock-log.ts';
import { simTransport, type ApiServers } from '../http/sim-servers.ts';
import type { Ack, NodeView, ProcessView, UserRequest, WorldView } from '../invariants/world-view.ts';
import type { Fault } from '../plan/fault.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { Truth } from '../store/truth.ts';
import { recordedClient } from '../users/recorded-client.ts';
import { act } from '../users/user.ts';
import { Faults, type Program } from './faults.ts';
import { hashText } from './hash-text.ts';
import { SimHost } from './host.ts';
import { occupyLeaderSeat } from './leader-seat.ts';
import { LiveProcess } from './live-process.ts';
import { SimNetwork } from './network.ts';
import { SimProcess } from './process.ts';
import { Replica } from './replica.ts';
import { settle } from './settle.ts';
import { SimTraffic } from './sim-traffic.ts';
import { Transcript } from './transcript.ts';

/** When all runs begin: a time like any other, the same for all. */
const START_MS = Date.parse('2030-01-01T00:00:00Z');

/** A user with a program of his own. */
export interface SimUser {
  readonly client: Client;
  readonly process: SimProcess;
  readonly leave: () => void;
}

/** The world of one plan. */
export class SimWorld {
  readonly clock = new VirtualClock(START_MS);
  readonly transcript = new Transcript(this.clock);
  readonly #plan: RunPlan;
  readonly #network: SimNetwork;
  readonly #store: Store;
  readonly #truth = new Truth(this.clock);
  readonly #servers: ApiServers = new Map();
  readonly #clocks = new ClockLog();
  readonly #traffic: SimTraffic;
  readonly #replicas = new Map<string, Replica>();
  readonly #hosts = new Map<string, SimHost>();
  readonly #programs: ReadonlyMap<string, Program>;
  /** Looked at each step: made once, and read when somebody asks. */
  readonly #processes: ReadonlyMap<string, ProcessView>;
  readonly #faults: Faults;
  readonly #end = new AbortController();
  readonly #incarnations = new Map<string, number>();
  #acknowledged: Ack[] = [];
  #requested: UserRequest[] = [];
  #usersThere = 0;
  #hasEngineChanged = false;
  #lastNodes: ReadonlyMap<string, NodeView> = new Map();
  #calmSinceMs: number | undefined;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    const random = seededRandom(hashText(`network/${plan.seed}`));
    this.#network = new SimNetwork(this.clock, random, plan.quality);
    this.#store = createMemoryStore({ clock: this.clock });
    this.#traffic = new SimTraffic({
      seed: plan.seed,
      nowMs: () => this.clock.nowMs(),
      hosts: () => this.#nodes().values(),
      pods: () => this.#truth.objects('Pod').values(),
    });
    for (const { name } of plan.replicas) this.#replicas.set(name, this.#replica(name));
    for (const [at, node] of plan.nodes.entries()) {
      const deps = {
        ...{ network: this.#network, servers: this.#servers, clocks: this.#clocks },
        ...{ clock: this.clock, seed: plan.seed },
        changed: () => void (this.#hasEngineChanged = true),
      };
      const { heartbeatIntervalMs, flagsOnNodes } = plan;
      this.#hosts.set(
        node.name,
        new SimHost(
          { ...deps, heartbeatIntervalMs, flagsOnNodes, spawn: (name) => this.#spawn(name) },
          node,
          at,
        ),
      );
    }
    this.#programs = new Map<string, Program>([...this.#replicas, ...this.#hosts]);
    this.#processes = new Map(
      [...this.#programs].map(([name, program]) => [
        name,
        new LiveProcess(name, program, { servers: this.#servers, isAgent: this.#hosts.has(name) }),
      ]),
    );
    this.#faults = this.#makeFaults();
  }

  /** How long the run has lasted, in virtual milliseconds. */
  get elapsedMs(): number {
    return this.clock.nowMs() - START_MS;
  }

  /** Starts everything; time begins with the first step. */
  start(): void {
    const { faults, actions, chaosMs } = this.#plan;
    void this.#truth.run(this.#store, this.#end.signal);
    for (const program of this.#programs.values()) program.start();
    this.#faults.plan(faults);
    for (const action of actions) this.clock.schedule(action.atMs, () => this.#act(action));
    this.clock.schedule(chaosMs, () => this.calm());
  }

  /** Moves time to the next timer and lets all that follows happen. @returns false when nothing is left to do. */
  async step(): Promise<boolean> {
    const hasMoved = this.clock.step();
    await settle();
    return hasMoved;
  }

  /** Whether there is more to see than at the last look; heartbeats can wait for the next. */
  hasChanged(): boolean {
    const hasEngineChanged = this.#hasEngineChanged;
    this.#hasEngineChanged = false;
    return (
      hasEngineChanged || this.#truth.hasNews() || this.#acknowledged.length + this.#requested.length > 0
    );
  }

  /** What there is to see since the last look. */
  look(): WorldView {
    const acknowledged = this.#acknowledged;
    const requested = this.#requested;
    this.#acknowledged = [];
    this.#requested = [];
    const calmSinceMs = this.#usersThere === 0 ? this.#calmSinceMs : undefined;
    const undisturbedSinceMs = this.#faults.undisturbedSinceMs();
    // Made only when somebody looks: most steps are about something else.
    const nodes = once(() => this.#nodes());
    return {
      nowMs: this.clock.nowMs(),
      ...(calmSinceMs === undefined ? {} : { calmSinceMs }),
      ...(undisturbedSinceMs === undefined ? {} : { undisturbedSinceMs }),
      objects: (kind) => this.#truth.objects(kind),
      writes: this.#truth.takeWrites(),
      ...{ acknowledged, requested },
      get nodes() {
        return nodes();
      },
      processes: this.#processes,
      storeKeys: this.#truth.size,
      clockMessages: this.#clocks.take(),
    };
  }

  /** Somebody who uses the cluster: as long as one is there, the world is not calm. */
  openUser(name: string): SimUser {
    const process = this.#spawn(name);
    const deps = { servers: this.#servers, network: this.#network, clocks: this.#clocks };
    const transport = simTransport(deps, { process, host: name, user: 'admin' });
    const nowMs = (): number => this.clock.nowMs();
    const client = recordedClient(createClient({ transport }), {
      requested: (request) => void this.#requested.push({ ...request, atMs: nowMs() }),
      acknowledged: (ack) => void this.#acknowledged.push({ ...ack, atMs: nowMs() }),
    });
    this.#usersThere += 1;
    const leave = (): void => {
      this.#usersThere -= 1;
      if (this.#calmSinceMs !== undefined) this.#calmSinceMs = nowMs();
    };
    return { client, process, leave };
  }

  /** Something goes wrong that the plan does not have; its time counts from now. */
  strike(fault: Fault): void {
    this.#faults.plan([fault]);
  }

  /** The agent of a node or a replica of the control plane, to be killed and started. */
  program(name: string): Program {
    const program = this.#programs.get(name);
    if (program === undefined) throw new Error(`there is no program ${name}`);
    return program;
  }

  /** The host of a node. */
  host(node: string): SimHost {
    const host = this.#hosts.get(node);
    if (host === undefined) throw new Error(`there is no host ${node}`);
    return host;
  }

  /** Ends all faults; comes by itself when the plan's chaos is over. */
  calm(): void {
    if (this.#calmSinceMs !== undefined) return;
    this.#faults.heal();
    this.#calmSinceMs = this.clock.nowMs();
  }

  /** Lets go of everything. */
  stop(): void {
    this.#end.abort();
    for (const { process } of this.#programs.values()) process?.kill();
  }

  #spawn(name: string): SimProcess {
    const incarnation = (this.#incarnations.get(name) ?? 0) + 1;
    this.#incarnations.set(name, incarnation);
    const { seed, replicas, nodes } = this.#plan;
    const drift = [...replicas, ...nodes].find((one) => one.name === name)?.drift;
    const deps = { clock: this.clock, seed, transcript: this.transcript };
    return new SimProcess(deps, name, incarnation, drift ?? { offsetMs: 0, perMille: 0 });
  }

  #replica(name: string): Replica {
    return new Replica(
      {
        ...{ store: this.#store, network: this.#network, servers: this.#servers },
        ...{ seed: this.#plan.seed, traffic: this.#traffic },
        spawn: (of) => this.#spawn(of),
        onWrite: (revision, writer) => this.#truth.attribute(revision, writer),
        crashAt: (process, at) => this.#faults.crashAt(process, at),
      },
      name,
    );
  }

  #makeFaults(): Faults {
    return new Faults({
      ...{ clock: this.clock, network: this.#network, quality: this.#plan.quality },
      ...{ programs: this.#programs, machines: this.#hosts },
      compactStore: () => {
        void this.#store
          .currentRevision()
          .then((revision) => this.#store.compact(revision))
          .catch(() => undefined);
      },
      occupyLeaderSeat: () => occupyLeaderSeat(this.#store),
      note: (what) => this.transcript.note('fault', what),
    });
  }

  #act(action: RunPlan['actions'][number]): void {
    const { user } = action;
    const { client, process, leave } = this.openUser(user);
    const note = (what: string): void => this.transcript.note(user, what);
    void act({ client, process, note }, action).finally(leave);
  }

  /** The ones of before as long as nothing has changed on any host. */
  #nodes(): ReadonlyMap<string, NodeView> {
    const last = this.#lastNodes;
    let views: Map<string, NodeView> | undefined;
    for (const [name, host] of this.#hosts) {
      const view = host.view(this.#isReachable(name));
      if (last.get(name) === view) continue;
      views ??= new Map(last);
      views.set(name, view);
    }
    if (views !== undefined) this.#lastNodes = views;
    return this.#lastNodes;
  }

  #isReachable(node: string): boolean {
    for (const [name, { process }] of this.#replicas) {
      if (process?.life !== 'running') continue;
      if (!this.#network.isCut(node, name) && !this.#network.isCut(name, node)) return true;
    }
    return false;
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
