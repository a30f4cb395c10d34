// Keeps the ConfigMaps and Secrets that this node's pods name: each watched on its own, since the agent may read no
// others, and kept in the checkpoint, so that pods start again without the control plane.
import { createHash } from 'node:crypto';
import type { Client } from '@gantry/api/client';
import type { KindDefinition } from '@gantry/api/definition';
import { createInformer, type Informer } from '@gantry/api/informer';
import { configMapKind, type ConfigMap } from '@gantry/api/kinds/config-map';
import { secretKind, type Secret } from '@gantry/api/kinds/secret';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { DurableFolder } from '../machine/machine.ts';
import {
  configMapSource,
  secretSource,
  sourceRefText,
  type Source,
  type SourceReader,
  type SourceRef,
} from './sources.ts';

export interface SourceWatcherDeps {
  client: Pick<Client, 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  logger: Logger;
  checkpoint: Pick<DurableFolder, 'put' | 'remove' | 'load'>;
  /** What this reference leads to has changed; `users` are the pods that name it. */
  onChange(users: readonly string[]): void;
}

export interface SourceWatcher {
  readonly read: SourceReader;
  /** Reads what is on disk. Call once, first. */
  restore(): Promise<void>;
  /** The pod names exactly these; none lets go of all. */
  use(podUid: string, refs: readonly SourceRef[]): void;
  /** Asks the server again at once: it is back. */
  retryNow(): void;
  stop(): void;
}

interface Watched {
  ref: SourceRef;
  users: Set<string>;
  source: Source;
  /** Faults since the last answer. */
  faults: number;
  informer: Informer<ConfigMap | Secret>;
  /** Ends the present run of the informer. */
  run: AbortController;
}

interface Stored {
  ref: SourceRef;
  object: ConfigMap | Secret;
}

/** The server may learn later than this agent that the pod is here; so many refusals are not worth telling. */
const FAULTS_UNTOLD = 4;
const PENDING: Source = { state: 'pending' };

export function createSourceWatcher(deps: SourceWatcherDeps): SourceWatcher {
  return new Watcher(deps);
}

class Watcher implements SourceWatcher {
  readonly #deps: SourceWatcherDeps;
  readonly #watched = new Map<string, Watched>();
  /** Sources from disk whose pods have not come yet. */
  readonly #restored = new Map<string, Source>();
  #isStopped = false;

  constructor(deps: SourceWatcherDeps) {
    this.#deps = deps;
  }

  readonly read: SourceReader = (ref) => this.#watched.get(sourceRefText(ref))?.source ?? PENDING;

  async restore(): Promise<void> {
    for (const value of (await this.#deps.checkpoint.load()).values()) {
      const { ref, object } = value as Stored;
      this.#restored.set(sourceRefText(ref), sourceOf(ref, object));
    }
  }

  use(podUid: string, refs: readonly SourceRef[]): void {
    const wanted = new Map(refs.map((ref) => [sourceRefText(ref), ref]));
    for (const [key, ref] of wanted) {
      const watched = this.#watched.get(key) ?? this.#watch(key, ref);
      watched.users.add(podUid);
    }
    for (const [key, watched] of this.#watched) {
      if (!wanted.has(key) && watched.users.delete(podUid) && watched.users.size === 0)
        this.#drop(key, watched);
    }
  }

  retryNow(): void {
    for (const watched of this.#watched.values()) {
      watched.run.abort();
      this.#run(watched);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const watched of this.#watched.values()) watched.run.abort();
  }

  #watch(key: string, ref: SourceRef): Watched {
    const source = this.#restored.get(key) ?? PENDING;
    this.#restored.delete(key);
    const watched: Watched = {
      ...{ ref, users: new Set<string>(), source, faults: 0, run: new AbortController() },
      informer: createInformer<ConfigMap | Secret>({
        client: this.#deps.client,
        definition: definitionOf(ref),
        clock: this.#deps.clock,
        random: this.#deps.random,
        namespace: ref.namespace,
        fieldSelector: `metadata.name=${ref.name}`,
        onEvent: ({ type, object }) => this.#take(watched, type === 'delete' ? undefined : object),
        onSynced: () => this.#onSynced(watched),
        onFault: (error) => this.#onFault(watched, error),
      }),
    };
    this.#watched.set(key, watched);
    this.#run(watched);
    return watched;
  }

  #run(watched: Watched): void {
    if (this.#isStopped) return;
    watched.run = new AbortController();
    void watched.informer.run(watched.run.signal);
  }

  #onSynced(watched: Watched): void {
    const { namespace, name } = watched.ref;
    if (watched.informer.get({ namespace, name }) === undefined) this.#take(watched, undefined);
  }

  /** What is known already stays in force; only a pod that waits for its first answer is told. */
  #onFault(watched: Watched, error: unknown): void {
    const fields = { ...watched.ref, error: messageOf(error) };
    this.#deps.logger.debug('a ConfigMap or Secret cannot be watched', fields);
    watched.faults += 1;
    if (watched.source.state !== 'pending' && watched.source.state !== 'failed') return;
    if (watched.faults < FAULTS_UNTOLD) return;
    watched.source = { state: 'failed', message: messageOf(error) };
    this.#deps.onChange([...watched.users]);
  }

  #take(watched: Watched, object: ConfigMap | Secret | undefined): void {
    const name = fileName(watched.ref);
    watched.faults = 0;
    watched.source = object === undefined ? { state: 'absent' } : sourceOf(watched.ref, object);
    if (object === undefined) this.#deps.checkpoint.remove(name);
    else
      this.#deps.checkpoint.put(name, { ref: watched.ref, object: withoutHistory(object) } satisfies Stored);
    this.#deps.onChange([...watched.users]);
  }

  #drop(key: string, watched: Watched): void {
    watched.run.abort();
    this.#watched.delete(key);
    this.#deps.checkpoint.remove(fileName(watched.ref));
  }
}

/** Both kinds have the same generic shape for list and watch. */
function definitionOf(ref: SourceRef): KindDefinition<ConfigMap | Secret> {
  return ref.kind === 'ConfigMap' ? configMapKind : secretKind;
}

function sourceOf(ref: SourceRef, object: ConfigMap | Secret): Source {
  return ref.kind === 'ConfigMap' ? configMapSource(object) : secretSource(object);
}

/** Who set which field is of no use here and may be larger than the object. */
function withoutHistory<T extends ConfigMap | Secret>(object: T): T {
  const { managedFields: _managed, annotations: _annotations, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Names of objects may be longer than those of files. */
function fileName(ref: SourceRef): string {
  return createHash('sha256').update(sourceRefText(ref)).digest('hex').slice(0, 40);
}
