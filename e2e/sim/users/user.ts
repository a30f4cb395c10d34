// A user of the simulated cluster: does what the plan says through the API, and tries again when no answer comes.
import type { Client, WriteOptions } from '@gantry/api/client';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import type { KindDefinition } from '@gantry/api/definition';
import type { ObjectKey } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import { REVISION } from '@gantry/control-plane/controllers/deployment/annotations';
import { sleep } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import { describeAction, type ServiceForm, type UserAction, type Workload } from '../plan/user-action.ts';
import type { SimProcess } from '../world/process.ts';
import { actOnRelease, isOfRelease } from './rollout-user.ts';
import { imageOf, manifestOf, NAMESPACE, serviceOf, WORKLOAD_KINDS } from './manifest.ts';

export interface UserDeps {
  client: Client;
  process: SimProcess;
  note(what: string): void;
}

const TRIES = 4;
const PAUSE_MS = 1_500;

/** Carries out one action, however it ends. */
export async function act(deps: UserDeps, action: UserAction): Promise<void> {
  deps.note(describeAction(action));
  const user = new User(deps);
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      await user.perform(action);
      deps.note(`${action.type}: done`);
      return;
    } catch (error) {
      deps.note(`${action.type}: ${messageOf(error)}`);
      // What the API refuses it will refuse again, but for a race with another writer.
      if (error instanceof StatusError && !TRY_AGAIN.has(error.status.code ?? 0)) return;
      await sleep(deps.process.clock, PAUSE_MS);
    }
  }
}

const TRY_AGAIN: ReadonlySet<number> = new Set([409, 429, 500, 503, 504]);

class User {
  readonly #deps: UserDeps;

  constructor(deps: UserDeps) {
    this.#deps = deps;
  }

  async perform(action: UserAction): Promise<void> {
    if (isOfRelease(action)) return actOnRelease(this.#deps.client, action);
    switch (action.type) {
      case 'create':
        return this.#create(action.workload);
      case 'scale':
        return this.#patch(WORKLOAD_KINDS[action.kind], action.name, { spec: { replicas: action.replicas } });
      case 'update':
        return this.#patch(WORKLOAD_KINDS[action.kind], action.name, templateWith(imageOf(action.version)));
      case 'pause-rollout':
        return this.#patch(deploymentKind, action.name, { spec: { paused: action.paused } });
      case 'undo':
        return this.#undo(action.name);
      case 'delete':
        return this.#delete(WORKLOAD_KINDS[action.kind], keyOf(action.name), {
          propagationPolicy: action.propagation,
        });
      case 'delete-pod':
        return this.#deletePod(action.draw, action.force);
      case 'create-service':
        return this.#createService(action.name, action.selects, action.form);
      case 'retype-service':
        return this.#patch(serviceKind, action.name, {
          spec: { type: action.isNodePort ? 'NodePort' : 'ClusterIP' },
        });
      case 'delete-service':
        return this.#delete(serviceKind, keyOf(action.name), {});
      case 'delete-rollout':
        return this.#delete(rolloutKind, keyOf(action.name), { propagationPolicy: 'Background' });
      case 'cordon':
        return this.#patchNode(action.node, action.on);
      case 'drain':
        return this.#drain(action.node);
    }
  }

  async #create(workload: Workload): Promise<void> {
    await this.#deps.client.create(WORKLOAD_KINDS[workload.kind], manifestOf(workload), OPTIONS);
  }

  async #createService(name: string, selects: string, form: ServiceForm): Promise<void> {
    await this.#deps.client.create(serviceKind, serviceOf(name, selects, form), OPTIONS);
  }

  async #patch(definition: KindDefinition, name: string, patch: object): Promise<void> {
    await this.#deps.client.patch(definition, keyOf(name), 'strategic', patch, OPTIONS);
  }

  async #patchNode(node: string, unschedulable: boolean): Promise<void> {
    const key = { namespace: '', name: node };
    await this.#deps.client.patch(nodeKind, key, 'strategic', { spec: { unschedulable } }, OPTIONS);
  }

  /** As `kubectl rollout undo`: the template of the revision before the newest. */
  async #undo(name: string): Promise<void> {
    const { client } = this.#deps;
    const deployment = await client.get<Deployment>(deploymentKind, keyOf(name));
    const { items } = await client.list<ReplicaSet>(replicaSetKind, { namespace: NAMESPACE });
    const own = items
      .filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid)
      .toSorted((a, b) => revisionOf(b) - revisionOf(a));
    const image = own[1]?.spec.template?.spec.containers[0]?.image;
    if (image !== undefined) await this.#patch(deploymentKind, name, templateWith(image));
  }

  async #delete(definition: KindDefinition, key: ObjectKey, options: DeleteOptions): Promise<void> {
    await this.#deps.client.delete(definition, key, options);
  }

  async #deletePod(draw: number, force: boolean): Promise<void> {
    const { items } = await this.#deps.client.list<Pod>(podKind, { namespace: NAMESPACE });
    const pod = items[Math.floor(draw * items.length)];
    if (pod === undefined) return;
    const options = force ? { gracePeriodSeconds: 0 } : {};
    await this.#delete(podKind, keyOf(pod.metadata.name ?? ''), options);
  }

  /** As `kubectl drain --force`, pods of DaemonSets left alone. */
  async #drain(node: string): Promise<void> {
    await this.#patchNode(node, true);
    const { client } = this.#deps;
    const { items } = await client.list<Pod>(podKind, { fieldSelector: `spec.nodeName=${node}` });
    for (const { metadata } of items) {
      if (metadata.ownerReferences?.[0]?.kind === 'DaemonSet') continue;
      const key = { namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
      await this.#delete(podKind, key, { preconditions: { uid: metadata.uid ?? '' } });
    }
  }
}

type DeleteOptions = NonNullable<Parameters<Client['delete']>[2]>;

const OPTIONS: WriteOptions = { fieldManager: 'simulation' };

function keyOf(name: string): ObjectKey {
  return { namespace: NAMESPACE, name };
}

function templateWith(image: string): object {
  return { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}
