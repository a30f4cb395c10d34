// A world in which tests make things happen one after another. It fills in what every object has; it judges nothing.
import { apiVersionOf } from '@gantry/api/definition';
import { keyOf, type AnyObject, type ObjectMeta } from '@gantry/api/meta';
import { kinds } from '@gantry/api/registry';
import { storeKeyOf } from '@gantry/control-plane/resources/object-key';
import { invariant } from '@gantry/kit/invariant';
import type {
  ClockMessage,
  Ack,
  ContainerView,
  Invariant,
  NodeView,
  ProcessView,
  SandboxView,
  UserRequest,
  UserVerb,
  WorldView,
  Writer,
  WriteRecord,
} from './world-view.ts';

/** What a test says of an object; the rest is filled in. */
export interface Draft {
  metadata?: ObjectMeta;
  [field: string]: unknown;
}

/** The term of the leader in staged worlds. */
export const TERM = 7;
/** How the leader's controllers write. */
export const LEADER: Writer = { process: 'control-plane-1', term: TERM };
/** How the API server writes for users and agents. */
export const SERVER: Writer = { process: 'control-plane-1' };

/** The moment at which every staged world begins. */
export const START_MS = Date.parse('2026-01-01T00:00:00Z');

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface StagedNode extends Mutable<NodeView> {
  containers: Mutable<ContainerView>[];
  sandboxes: Mutable<SandboxView>[];
}

/** See the head of this file. {@link look} hands over what has happened since the last look. */
export class StagedWorld {
  nowMs = START_MS;
  calmSinceMs: number | undefined;
  undisturbedSinceMs: number | undefined;
  storeKeys = 0;
  clockMessages: ClockMessage[] = [];
  readonly nodes = new Map<string, StagedNode>();
  readonly processes = new Map<string, Mutable<ProcessView>>();
  #revision = 10;
  readonly #objects = new Map<string, AnyObject>();
  #writes: WriteRecord[] = [];
  #acknowledged: Ack[] = [];
  #requested: UserRequest[] = [];

  later(byMs: number): this {
    this.nowMs += byMs;
    return this;
  }

  /** `2026-01-01T00:00:05Z` for now, in whole seconds. */
  get nowText(): string {
    return `${new Date(this.nowMs).toISOString().slice(0, 19)}Z`;
  }

  /** Writes an object of this kind and name: over the one that is there, or a new one. @returns it as stored. */
  put(kind: string, name: string, draft: Draft = {}, by: Writer = LEADER): AnyObject {
    const before = this.find(kind, name);
    const metadata = before?.metadata ?? this.#newMetadata(kind, name);
    const object = { ...before, ...draft, apiVersion: versionOf(kind), kind };
    return this.write({ ...object, metadata: { ...metadata, ...draft.metadata } }, by);
  }

  /** Writes an object word for word, but for its resourceVersion. */
  write(object: AnyObject, by: Writer = LEADER): AnyObject {
    const key = keyFor(object.kind, object);
    const revision = ++this.#revision;
    const after = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.record({ key, after, by });
    this.#objects.set(key, after);
    return after;
  }

  /** Removes an object from the store. */
  remove(kind: string, name: string, by: Writer = LEADER): void {
    const object = this.find(kind, name);
    invariant(object !== undefined, `there is no ${kind} ${name}`);
    const key = keyFor(kind, object);
    this.#revision += 1;
    this.record({ key, by });
    this.#objects.delete(key);
  }

  /** Marks an object as being deleted. */
  mark(kind: string, name: string, by: Writer = LEADER, graceSeconds = 30): AnyObject {
    const deletionTimestamp = `${new Date(this.nowMs + graceSeconds * 1000).toISOString().slice(0, 19)}Z`;
    const { generation } = this.find(kind, name)?.metadata ?? {};
    const counted = generation === undefined ? {} : { generation: generation + 1 };
    return this.put(
      kind,
      name,
      { metadata: { deletionTimestamp, deletionGracePeriodSeconds: graceSeconds, ...counted } },
      by,
    );
  }

  /** A write as it is told, whatever it says. */
  record(write: Partial<WriteRecord> & { key: string; by: Writer }): void {
    const before = this.#objects.get(write.key);
    this.#writes.push({
      revision: this.#revision,
      atMs: this.nowMs,
      leaderKeyRevision: TERM,
      ...(before === undefined ? {} : { before }),
      ...write,
    });
  }

  /** By `name`, or `namespace/name` for one that is not in `web`. */
  find(kind: string, name: string): AnyObject | undefined {
    return this.#objects.get(keyFor(kind, { metadata: placeOf(kind, name) }));
  }

  acknowledge(verb: UserVerb, object: AnyObject): void {
    const { uid = '', resourceVersion = '' } = object.metadata;
    const key = keyFor(object.kind, object);
    this.#acknowledged.push({ atMs: this.nowMs, verb, key, uid, resourceVersion, object });
  }

  request(verb: UserVerb, kind: string, name: string, isForced = false): void {
    const key = keyFor(kind, { metadata: placeOf(kind, name) });
    this.#requested.push({ atMs: this.nowMs, verb, key, ...(isForced ? { isForced } : {}) });
  }

  /** A host, made when it is not there. */
  node(name: string): StagedNode {
    const node = this.nodes.get(name) ?? {
      up: true,
      reachable: true,
      containers: [],
      sandboxes: [],
      leadsTo: new Set<string>(),
      busy: new Set<string>(),
      byService: new Map<string, ReadonlySet<string>>(),
      splits: [],
    };
    this.nodes.set(name, node);
    return node;
  }

  /** Runs a container of a pod in namespace `web`, whose uid is the usual one. */
  run(node: string, podName: string, more: Partial<ContainerView> = {}): Mutable<ContainerView> {
    const name = more.name ?? 'main';
    const attempt = more.attempt ?? 0;
    const container = {
      ...{
        id: `${podName}-${name}-${attempt}`,
        podUid: uidFor('Pod', podName),
        podName,
        podNamespace: 'web',
      },
      ...{ name, kind: 'app' as const, attempt, running: true, startedAtMs: this.nowMs },
      ...more,
    };
    this.node(node).containers.push(container);
    return container;
  }

  look(): WorldView {
    const view: WorldView = {
      nowMs: this.nowMs,
      ...(this.calmSinceMs === undefined ? {} : { calmSinceMs: this.calmSinceMs }),
      ...(this.undisturbedSinceMs === undefined ? {} : { undisturbedSinceMs: this.undisturbedSinceMs }),
      objects: (kind) => new Map([...this.#objects].filter(([, object]) => object.kind === kind)),
      writes: this.#writes,
      // Views of their own: what is the same value is taken to be unchanged.
      nodes: new Map([...this.nodes].map(([name, node]) => [name, { ...node }])),
      acknowledged: this.#acknowledged,
      requested: this.#requested,
      processes: this.processes,
      storeKeys: this.storeKeys,
      clockMessages: this.clockMessages.splice(0),
    };
    this.#writes = [];
    this.#acknowledged = [];
    this.#requested = [];
    return view;
  }

  /** What an invariant says after one more look. */
  shownTo(checked: Invariant): string | undefined {
    return checked.check(this.look());
  }

  #newMetadata(kind: string, name: string): ObjectMeta {
    return {
      ...placeOf(kind, name),
      uid: uidFor(kind, name),
      creationTimestamp: this.nowText,
      ...(definitionOf(kind).hasGeneration ? { generation: 1 } : {}),
    };
  }
}

/** The uid that an object has unless a test says otherwise. */
export function uidFor(kind: string, name: string): string {
  return `uid of ${kind} ${name}`;
}

/** Says that an object belongs to another one of the staged world. */
export function ownedBy(kind: string, name: string): ObjectMeta {
  const owner = { apiVersion: versionOf(kind), kind, name, uid: uidFor(kind, name) };
  return { ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] };
}

function definitionOf(kind: string): (typeof kinds)[number] {
  const definition = kinds.find((one) => one.kind === kind);
  invariant(definition !== undefined, `there is no kind ${kind}`);
  return definition;
}

function versionOf(kind: string): string {
  return apiVersionOf(definitionOf(kind));
}

function keyFor(kind: string, object: { metadata: ObjectMeta }): string {
  return storeKeyOf(definitionOf(kind), keyOf(object));
}

function placeOf(kind: string, name: string): ObjectMeta {
  if (!definitionOf(kind).namespaced) return { name };
  const [namespace, own] = name.includes('/') ? name.split('/') : ['web', name];
  return { namespace: namespace ?? '', name: own ?? '' };
}
