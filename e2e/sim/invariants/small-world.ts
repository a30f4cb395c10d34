// The real controllers and scheduler over a memory store, with nodes and users of a few lines each: small enough to run
// among the unit tests, and enough to show that no invariant asks for more than the product gives.
import { setMaxListeners } from 'node:events';
import { Registry } from 'prom-client';
import { leaseKind } from '@gantry/api/kinds/lease';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod, type PodStatus } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import type { KindDefinition } from '@gantry/api/definition';
import { allControllers } from '@gantry/control-plane/controllers/all-controllers';
import { Explanations } from '@gantry/control-plane/engine/explanations';
import { createLeadMetrics, lead } from '@gantry/control-plane/lead';
import { LEADER_KEY } from '@gantry/control-plane/leader/leader-key';
import { storeKeyOf } from '@gantry/control-plane/resources/object-key';
import type { DeleteOptions } from '@gantry/control-plane/resources/resources';
import { startTestResources, type TestResources } from '@gantry/control-plane/resources/test-resources';
import { invariant } from '@gantry/kit/invariant';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom, type Random } from '@gantry/kit/random';
import { isDeleting, isFinished, uidOf } from './object-reading.ts';
import type { Ack, ContainerView, NodeView, UserRequest, UserVerb, WorldView } from './world-view.ts';
import { WriteLog } from './write-log.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A host with an agent of a few lines. */
interface SmallNode extends Mutable<NodeView> {
  containers: Mutable<ContainerView>[];
}

/** Turns of the event loop without a write after which all is still. */
const QUIET_TURNS = 12;

/** Turns after which a leader is taken for one that never ends. */
const TURNS_MAX = 100_000;

/** Begins with so many nodes of two cores, and a leader. */
export async function startSmallWorld(seed: number, nodes: number): Promise<SmallWorld> {
  const log = new WriteLog();
  const resources = await startTestResources((store) => log.over(store));
  log.useClock(resources.clock);
  const world = new SmallWorld(seed, resources, log);
  for (let index = 1; index <= nodes; index++) await world.addNode(`n${index}`);
  await world.takeOver();
  return world;
}

/** See the head of this file. */
export class SmallWorld {
  readonly random: Random;
  calmSinceMs: number | undefined;
  readonly nodes = new Map<string, SmallNode>();
  readonly #test: TestResources;
  readonly #log: WriteLog;
  #acknowledged: Ack[] = [];
  #requested: UserRequest[] = [];
  #term: { end: AbortController; led: Promise<void> } | undefined;
  #terms = 0;

  constructor(seed: number, test: TestResources, log: WriteLog) {
    this.random = seededRandom(seed);
    this.#test = test;
    this.#log = log;
  }

  get nowMs(): number {
    return this.#test.clock.nowMs();
  }

  below(limit: number): number {
    return Math.floor(this.random.next() * limit);
  }

  /** What the store holds of a kind. */
  objects(kind: string): AnyObject[] {
    return [...this.#log.ofKind(kind).values()];
  }

  async addNode(name: string): Promise<void> {
    const allocatable = { cpu: '2', memory: '4Gi', pods: '20' };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} };
    await this.#test.resources.create(nodeKind, node, this.#test.context());
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: this.#nowText }];
    await this.#change(nodeKind, { namespace: '', name }, 'status', (current) => ({
      ...current,
      status: { allocatable, capacity: allocatable, conditions },
    }));
    this.nodes.set(name, {
      up: true,
      reachable: true,
      sandboxes: [],
      containers: [],
      leadsTo: new Set(),
      busy: new Set(),
      byService: new Map(),
      splits: [],
    });
  }

  /** A new leader begins; one that led before is deposed and ends its work. */
  async takeOver(): Promise<void> {
    await this.#depose();
    const { store, deps, resources, cache, clock } = this.#test;
    const put = { type: 'put' as const, key: LEADER_KEY, value: `"term ${++this.#terms}"` };
    const { revision: modRevision } = await this.#log.over(store).commit({ conditions: [], writes: [put] });
    const end = new AbortController();
    // As in run-leader.ts: every write listens while it is under way.
    setMaxListeners(0, end.signal);
    const random = seededRandom(this.below(2 ** 31));
    const parts = { store, cache, resources, resourcesDeps: deps, clock, random, logger: silentLogger };
    const led = lead(
      {
        ...parts,
        ids: idsFrom(random),
        controllers: allControllers(clock),
        metrics: createLeadMetrics(new Registry()),
        explanations: new Explanations(),
      },
      { fence: () => ({ key: LEADER_KEY, modRevision }), signal: end.signal },
    );
    this.#term = { end, led };
  }

  /** Lets time pass, second by second: nodes act, controllers follow, and each look is handed over. */
  async pass(seconds: number, look: (view: WorldView) => void): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.#test.clock.advance(1_000);
      await this.#still();
      look(this.#look());
      for (const [name, node] of this.nodes) if (node.up && node.reachable) await this.#beat(name, node);
      await this.#still();
      look(this.#look());
    }
  }

  async create(definition: KindDefinition, object: AnyObject): Promise<void> {
    await this.#asUser('create', definition, keyOf(object), () =>
      this.#test.resources.create(definition, object, this.#test.context()),
    );
  }

  async change(
    definition: KindDefinition,
    key: ObjectKey,
    change: (current: AnyObject) => AnyObject,
  ): Promise<void> {
    await this.#asUser('update', definition, key, () => this.#change(definition, key, 'main', change));
  }

  async delete(definition: KindDefinition, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    await this.#asUser('delete', definition, key, async () => {
      return (await this.#test.resources.delete(definition, key, options, this.#test.context())).object;
    });
  }

  async close(): Promise<void> {
    await this.#depose();
    await this.#test.close();
  }

  /** Time goes on while the old leader ends: it may be waiting for an answer, or to try again. */
  async #depose(): Promise<void> {
    let hasEnded = this.#term === undefined;
    this.#term?.end.abort();
    void this.#term?.led.then(() => (hasEnded = true));
    for (let turns = 0; !hasEnded; turns++) {
      invariant(turns < TURNS_MAX, 'a leader that is deposed ends');
      if (turns % QUIET_TURNS === 0) this.#test.clock.advance(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get #nowText(): string {
    return `${new Date(this.nowMs).toISOString().slice(0, 19)}Z`;
  }

  /** What is refused (gone by now, there already) is no acknowledgement. */
  async #asUser(
    verb: UserVerb,
    definition: KindDefinition,
    at: ObjectKey,
    write: () => Promise<AnyObject>,
  ): Promise<void> {
    const key = storeKeyOf(definition, at);
    this.#requested.push({ atMs: this.nowMs, verb, key });
    const object = await write().catch(() => undefined);
    if (object === undefined) return;
    const { uid = '', resourceVersion = '' } = object.metadata;
    this.#acknowledged.push({ atMs: this.nowMs, verb, key, uid, resourceVersion, object });
  }

  #change(
    definition: KindDefinition,
    key: ObjectKey,
    part: 'main' | 'status',
    change: (current: AnyObject) => AnyObject,
  ) {
    return this.#test.resources.update(definition, key, part, change, this.#test.context());
  }

  async #still(): Promise<void> {
    for (let quiet = 0, seen = -1; quiet < QUIET_TURNS; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#log.count !== seen) quiet = 0;
      seen = this.#log.count;
    }
  }

  #look(): WorldView {
    const view: WorldView = {
      nowMs: this.nowMs,
      ...(this.calmSinceMs === undefined ? {} : { calmSinceMs: this.calmSinceMs }),
      objects: (kind) => this.#log.ofKind(kind),
      writes: this.#log.take(),
      nodes: new Map([...this.nodes].map(([name, node]) => [name, { ...node }])),
      acknowledged: this.#acknowledged,
      requested: this.#requested,
      processes: new Map(),
      storeKeys: this.#log.objects.size,
      clockMessages: [],
    };
    this.#acknowledged = [];
    this.#requested = [];
    return view;
  }

  /** One second of a node: it says that it lives, and sees to its pods. */
  async #beat(name: string, node: SmallNode): Promise<void> {
    await this.#renewLease(name);
    const key = { namespace: '', name };
    const isTold = this.#log.objects.get(storeKeyOf(nodeKind, key)) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    if (
      isTold.status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True') === true
    ) {
      const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: this.#nowText }];
      await this.#change(nodeKind, key, 'status', (current) => ({
        ...current,
        status: { ...(current['status'] as object), conditions },
      }));
    }
    const pods = this.objects('Pod').filter((pod) => (pod as Pod).spec.nodeName === name) as Pod[];
    for (const pod of pods) await this.#seeTo(pod, node);
    const known = new Set(pods.map(uidOf));
    node.containers = node.containers.filter(({ podUid }) => known.has(podUid));
  }

  async #renewLease(name: string): Promise<void> {
    const key = { namespace: 'kube-node-lease', name };
    const spec = {
      holderIdentity: name,
      leaseDurationSeconds: 5,
      renewTime: new Date(this.nowMs).toISOString().replace('Z', '000Z'),
    };
    if (this.#log.objects.has(storeKeyOf(leaseKind, key))) {
      await this.#change(leaseKind, key, 'main', (current) => ({ ...current, spec }));
      return;
    }
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: key, spec };
    await this.#test.resources.create(leaseKind, lease, this.#test.context());
  }

  async #seeTo(pod: Pod, node: SmallNode): Promise<void> {
    const own = node.containers.filter(({ podUid }) => podUid === uidOf(pod));
    const running = own.find((one) => one.running);
    if (isDeleting(pod)) {
      for (const one of own) Object.assign(one, { running: false, finishedAtMs: this.nowMs, exitCode: 0 });
      await this.#test.resources
        .delete(podKind, keyOf(pod), { gracePeriodSeconds: 0 }, this.#test.context())
        .catch(() => undefined);
      return;
    }
    if (isFinished(pod)) return;
    const isJobs = pod.spec.restartPolicy === 'Never';
    if (running === undefined) {
      if (own.length > 0 && isJobs) await this.#report(pod, own.at(-1), 'Failed');
      else await this.#report(pod, this.#run(pod, node, own.length), 'Running');
    } else if (isJobs && this.below(4) === 0) {
      Object.assign(running, {
        running: false,
        finishedAtMs: this.nowMs,
        exitCode: this.below(5) === 0 ? 1 : 0,
      });
      await this.#report(pod, running, running.exitCode === 0 ? 'Succeeded' : 'Failed');
    } else if (pod.status?.phase !== 'Running' || !saysReady(pod))
      await this.#report(pod, running, 'Running');
  }

  #run(pod: Pod, node: SmallNode, attempt: number): Mutable<ContainerView> {
    const { name = '', namespace = '' } = pod.metadata;
    const container = {
      ...{ id: `${uidOf(pod)}-${attempt}`, podUid: uidOf(pod), podName: name, podNamespace: namespace },
      ...{
        name: pod.spec.containers[0]?.name ?? '',
        kind: 'app' as const,
        attempt,
        running: true,
        startedAtMs: this.nowMs,
      },
    };
    node.containers.push(container);
    return container;
  }

  async #report(
    pod: Pod,
    container: ContainerView | undefined,
    phase: NonNullable<PodStatus['phase']>,
  ): Promise<void> {
    const ready = phase === 'Running';
    const lastTransitionTime = this.#nowText;
    const status = {
      ...pod.status,
      phase,
      startTime: pod.status?.startTime ?? this.#nowText,
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime },
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime },
      ],
      containerStatuses: [
        {
          ...{
            name: container?.name ?? '',
            image: '',
            imageID: '',
            ready,
            restartCount: container?.attempt ?? 0,
          },
          containerID: `small://${container?.id ?? ''}`,
          state: ready
            ? { running: { startedAt: this.#nowText } }
            : { terminated: { exitCode: container?.exitCode ?? 1, finishedAt: this.#nowText } },
        },
      ],
    };
    const change = (current: AnyObject): AnyObject =>
      uidOf(current) === uidOf(pod) ? { ...current, status } : current;
    await this.#change(podKind, keyOf(pod), 'status', change).catch(() => undefined);
  }
}

function saysReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}
