// What the tests of the whole cluster share: a world with the demo's image, `gantry` as a program of its own, and
// looks at the engine past the cluster's back.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import type { Client } from '@gantry/api/client';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { podKind, type Container, type Pod, type PodSpec } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { findKind } from '@gantry/api/registry';
import { isNotFound } from '@gantry/api/status-error';
import { makeDemoImages } from '@gantry/ctl/up/demo-image';
import { NODE_LABEL } from '@gantry/ctl/up/docker-engine';
import { nodeScope } from '@gantry/kit/node-scope';
import { REPOSITORY, startLocalWorld, waitFor, type LocalWorld, type WorldOptions } from './local-world.ts';

export const DOCKER_SOCKET = '/var/run/docker.sock';
export const IMAGE = 'gantry.local/demo:1';
export const NEXT_IMAGE = 'gantry.local/demo:2';
const GANTRY = join(REPOSITORY, 'bin', 'gantry');
/** A container that ends at once when told to: a shell as process 1 would not hear TERM otherwise. */
const STAY = 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done';

/** What a program left behind. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** A container as the engine sees it. */
export interface Seen {
  id: string;
  pod: string;
  container: string;
  kind: string;
  running: boolean;
  startedAt: string;
}

/** A cluster with what tests need around it. */
export class Stage {
  readonly world: LocalWorld;
  readonly docker = new Docker({ socketPath: DOCKER_SOCKET });
  readonly #authority: string;
  readonly #engines: ReadonlyMap<string, Docker>;

  /** @param engines of the nodes that have one of their own. */
  constructor(world: LocalWorld, engines: ReadonlyMap<string, Docker> = new Map()) {
    this.world = world;
    this.#engines = engines;
    this.#authority = readFileSync(join(world.folder, 'pki', 'ca.crt'), 'utf8');
  }

  engineOf(node: string): Docker {
    return this.#engines.get(node) ?? this.docker;
  }

  get client(): Client {
    return this.world.client;
  }

  /** Runs `gantry` as a user would, against this cluster. */
  async gantry(args: readonly string[], stdin = '', env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.start(args, stdin, env).ended;
  }

  /** Starts `gantry` and lets it run; what it has written so far can be looked at. */
  start(
    args: readonly string[],
    stdin?: string,
    more: NodeJS.ProcessEnv = {},
  ): { soFar: () => string; stop: (signal?: NodeJS.Signals) => void; ended: Promise<Ran> } {
    const own = { KUBECONFIG: this.world.kubeconfig, GANTRY_HOME: this.world.folder };
    const env = { ...process.env, ...own, ...more };
    const child = spawn(process.execPath, [GANTRY, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const ran: Ran = { code: -1, out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.err += text));
    child.stdin.on('error', () => undefined);
    if (stdin !== undefined) child.stdin.end(stdin);
    const ended = new Promise<Ran>((resolve) => {
      child.once('close', (code) => {
        resolve({ ...ran, code: code ?? -1 });
      });
    });
    return { soFar: () => ran.out, stop: (signal = 'SIGINT') => void child.kill(signal), ended };
  }

  /** Applies objects as one file from standard input; anything but success is an error with the words of `gantry`. */
  async apply(namespace: string, ...objects: readonly object[]): Promise<string> {
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const ran = await this.gantry(['-n', namespace, 'apply', '-f', '-'], text);
    if (ran.code !== 0) throw new Error(`gantry apply: ${ran.code}\n${ran.out}${ran.err}`);
    return ran.out;
  }

  /** Makes objects through the API, as a program would: cheaper than {@link apply}. */
  async make(namespace: string, ...objects: readonly object[]): Promise<void> {
    for (const object of objects as readonly AnyObject[]) {
      const definition = findKind(object.apiVersion, object.kind);
      if (definition === undefined) throw new Error(`no kind ${object.kind}`);
      await this.client.create(
        definition,
        { ...object, metadata: { namespace, ...object.metadata } },
        {
          fieldValidation: 'Strict',
        },
      );
    }
  }

  async namespace(name: string): Promise<string> {
    await this.client.create(namespaceKind, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      spec: {},
    });
    return name;
  }

  async pods(namespace: string, labelSelector?: string): Promise<Pod[]> {
    const { items } = await this.client.list<Pod>(podKind, {
      namespace,
      ...(labelSelector === undefined ? {} : { labelSelector }),
    });
    return items;
  }

  async pod(namespace: string, name: string): Promise<Pod> {
    return this.client.get<Pod>(podKind, { namespace, name });
  }

  /** Waits until the pod is as wanted. @throws Error with the status that it had at last. */
  async podUntil(
    namespace: string,
    name: string,
    wanted: (pod: Pod) => boolean,
    what = 'as wanted',
  ): Promise<Pod> {
    let last: Pod | undefined;
    try {
      await waitFor(`pod ${namespace}/${name} ${what}`, async () => {
        last = await this.pod(namespace, name);
        return wanted(last);
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${JSON.stringify(last?.status)}`, { cause: error });
    }
    if (last === undefined) throw new Error('no pod');
    return last;
  }

  async podGone(namespace: string, name: string): Promise<void> {
    await waitFor(`pod ${name} gone`, () =>
      this.pod(namespace, name).then(
        () => false,
        (error: unknown) => isNotFound(error),
      ),
    );
  }

  async events(namespace: string, name: string): Promise<Event[]> {
    const { items } = await this.client.list<Event>(eventKind, { namespace });
    return items.filter((event) => event.involvedObject.name === name);
  }

  /** Waits for an Event about the object whose reason and message fit. */
  async eventUntil(namespace: string, name: string, reason: string, message: RegExp): Promise<Event> {
    let found: Event | undefined;
    await waitFor(`event ${reason} ${String(message)} about ${name}`, async () => {
      const events = await this.events(namespace, name);
      found = events.find((event) => event.reason === reason && message.test(event.message ?? ''));
      if (found === undefined)
        throw new Error(events.map((event) => `${event.reason}: ${event.message}`).join(' | '));
      return true;
    });
    return found as Event;
  }

  /** What the engine has of a node, sandboxes too; narrowed by namespace and kind. */
  async seen(node: string, namespace?: string, kind?: 'app'): Promise<Seen[]> {
    const engine = this.engineOf(node);
    const wanted = await engine.listContainers({
      all: true,
      filters: {
        label: [
          `${NODE_LABEL}=${nodeScope(this.#authority, node)}`,
          ...(namespace === undefined ? [] : [`gantry.dev/pod-namespace=${namespace}`]),
          ...(kind === undefined ? [] : [`gantry.dev/kind=${kind}`]),
        ],
      },
    });
    return Promise.all(
      wanted.map(async ({ Id, Labels, State }) => ({
        id: Id,
        pod: Labels['gantry.dev/pod-name'] ?? '',
        container: Labels['gantry.dev/container'] ?? '',
        kind: Labels['gantry.dev/kind'] ?? '',
        running: State === 'running',
        startedAt: await this.startedAt(Id, engine),
      })),
    );
  }

  async startedAt(id: string, engine = this.docker): Promise<string> {
    const found = await engine
      .getContainer(id)
      .inspect()
      .catch(() => undefined);
    return found?.State.StartedAt ?? '';
  }

  async close(): Promise<void> {
    await this.world.stop();
  }
}

/** Starts a cluster; the demo's image is there. */
export async function openStage(options: WorldOptions = {}): Promise<Stage> {
  await makeDemoImages(DOCKER_SOCKET);
  return new Stage(await startLocalWorld(options));
}

/** A container that runs `script`, or stays until it is told to end. */
export function container(script: string = STAY, more: Partial<Container> = {}): Container {
  return { name: 'app', image: IMAGE, imagePullPolicy: 'Never', command: ['sh', '-c', script], ...more };
}

export function podOf(name: string, spec: PodSpec, labels: Record<string, string> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { terminationGracePeriodSeconds: 2, ...spec },
  };
}

export function deploymentOf(name: string, replicas: number, spec: object = {}, pod: object = {}): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 2, containers: [container()], ...pod },
      },
      ...spec,
    },
  };
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** IDs with start times of the containers that run: equal before and after when nothing was restarted. */
export function runs(seen: readonly Seen[]): string[] {
  return seen
    .filter(({ running }) => running)
    .map(({ id, startedAt }) => `${id.slice(0, 12)} ${startedAt}`)
    .sort();
}
