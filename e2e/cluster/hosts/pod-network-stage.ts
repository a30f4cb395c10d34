// Nodes with a pod network, each on a made-up host: the agent's own parts on real engines and a real kernel, against a
// small API in memory.
import { PassThrough } from 'node:stream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { startPodNetwork, type RunningPodNetwork } from '@gantry/agent/network/start-pod-network';
import { createDockerRuntime } from '@gantry/agent/runtime/docker/docker-runtime';
import type { ContainerSpec, PortMapping, Runtime, SandboxState } from '@gantry/agent/runtime/runtime';
import { importTestImage } from '@gantry/agent/runtime/test-image';
import { createToyApi, type ToyApi } from '@gantry/agent/toy/toy-api';
import { systemClock } from '@gantry/kit/clock';
import { readIpv4Range } from '@gantry/kit/ipv4-range';
import { silentLogger } from '@gantry/kit/logger';
import { podNetworkNames } from '@gantry/kit/pod-network/names';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { createHosts, type EngineHost, type Hosts, type HostsWish } from './create-hosts.ts';
import { patiently } from './host-programs.ts';
import { loadImage } from './load-image.ts';

const shared = { clock: systemClock, random: systemRandom, ids: systemIds, logger: silentLogger };
const CLUSTER_RANGES = [readIpv4Range('10.244.0.0/16')].flatMap((range) => range ?? []);

/** A pod that runs. */
export interface RunningPod {
  ip: string;
  sandbox: SandboxState;
  containerId: string;
  node: StageNode;
}

/** One node. */
export class StageNode {
  readonly name: string;
  readonly host: EngineHost;
  readonly runtime: Runtime;
  readonly scope: string;
  network: RunningPodNetwork;
  readonly #api: ToyApi;
  readonly #images: ReadonlyMap<EngineHost, string>;
  #end = new AbortController();

  constructor(
    host: EngineHost,
    index: number,
    stage: { api: ToyApi; folder: string; images: Map<EngineHost, string> },
  ) {
    this.name = `n${index}`;
    this.host = host;
    this.#api = stage.api;
    this.#images = stage.images;
    this.scope = `stage.${this.name}`;
    this.network = this.#startNetwork();
    const network = {
      name: () => this.network.name(),
      onLost: (listener: () => void) => this.network.onLost(listener),
    };
    this.runtime = createDockerRuntime({
      ...{
        ...shared,
        nodeName: this.scope,
        stateFolder: join(stage.folder, this.name),
        warmPoolSize: 0,
        network,
      },
      socketPath: host.socketPath,
    });
  }

  get imageId(): string {
    return this.#images.get(this.host) ?? '';
  }

  get names() {
    return podNetworkNames(this.scope);
  }

  /** As when its agent ends and starts anew. */
  async restartNetwork(): Promise<void> {
    await this.stopNetwork();
    this.startNetwork();
    await this.settled();
  }

  startNetwork(): void {
    this.network = this.#startNetwork();
  }

  async stopNetwork(): Promise<void> {
    this.#end.abort(new Error('stop'));
    await this.network.ended;
  }

  async settled(reason = 'PodNetworkReady'): Promise<void> {
    await patiently(`${this.name} says ${reason}`, () => this.network.condition()?.reason === reason).catch(
      (error: unknown) => {
        throw new Error(JSON.stringify(this.network.condition()), { cause: error });
      },
    );
  }

  async run(name: string, command: string, ports: readonly PortMapping[] = []): Promise<RunningPod> {
    const pod = { namespace: 'default', name, uid: systemIds.uid() };
    const sandbox = await this.runtime.createSandbox({
      ...{ pod, hostname: name, hostNetwork: false, ports, hostAliases: [] },
    });
    const { imageId } = this;
    const spec: ContainerSpec = {
      ...{ pod, sandboxId: sandbox.id, name: 'app', kind: 'app', attempt: 0, specHash: 'x', imageId },
      ...{ command: ['sh', '-c', command], env: [], mounts: [], tty: false, stdin: false, stdinOnce: false },
      ...{ privileged: false, readOnlyRootFilesystem: false, capabilities: { add: [], drop: [] } },
      ...{ hostname: name, labels: {} },
    };
    const { id: containerId } = await this.runtime.startContainer(spec);
    return { ip: sandbox.ip, sandbox, containerId, node: this };
  }

  #startNetwork(): RunningPodNetwork {
    this.#end = new AbortController();
    const { address, socketPath, through } = this.host;
    return startPodNetwork(
      {
        ...{ ...shared, transport: this.#api.transport, nodeName: this.name, scope: this.scope },
        ...{ clusterRanges: CLUSTER_RANGES, dockerHost: `unix://${socketPath}`, through },
        machine: { facts: () => Promise.resolve({ address } as never) },
      },
      this.#end.signal,
    );
  }
}

export interface NetworkStage {
  nodes: StageNode[];
  hosts: Hosts;
  api: ToyApi;
  /** A node more, on a host that may have one already. */
  addNode(host: EngineHost, index: number): StageNode;
}

/** Hosts, engines with an image, and a node on each; all gone after the test. */
export async function openNetworkStage(t: ExecutionContext, wish: HostsWish): Promise<NetworkStage> {
  const hosts = await createHosts(wish);
  const folder = mkdtempSync(join(tmpdir(), 'gantry-stage-'));
  const api = createToyApi();
  const nodes: StageNode[] = [];
  t.teardown(async () => {
    for (const node of nodes) {
      await node.stopNetwork();
      await node.runtime.close();
    }
    await hosts.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const [first] = hosts.hosts;
  if (first === undefined) throw new Error('no host');
  const { id } = await importTestImage(first.docker);
  await loadImage(
    first.docker,
    id,
    hosts.hosts.slice(1).map(({ docker }) => docker),
  );
  const images = new Map(hosts.hosts.map((host) => [host, id]));
  const addNode = (host: EngineHost, index: number): StageNode => {
    const node = new StageNode(host, index, { api, folder, images });
    nodes.push(node);
    return node;
  };
  hosts.hosts.forEach((host, index) => {
    api.put('nodes', nodeObject(`n${index}`, `10.244.${index}.0/24`, host.address));
    addNode(host, index);
  });
  for (const node of nodes) await node.settled();
  return { nodes, hosts, api, addNode };
}

export function nodeObject(name: string, podCIDR: string, address: string) {
  return {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
    spec: { podCIDR, podCIDRs: [podCIDR] },
    status: { addresses: [{ type: 'InternalIP', address }] },
  };
}

/** Runs a shell line in a pod. @returns what it wrote. */
export async function execIn(pod: RunningPod, line: string): Promise<string> {
  const stdout = new PassThrough();
  let text = '';
  stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await pod.node.runtime.exec(pod.containerId, {
    ...{ command: ['sh', '-c', line], tty: false, stdout, signal: new AbortController().signal },
  });
  return text.trim();
}

/** A pod that sends back what it is sent. */
export const ECHO = 'nc -ll -p 7000 -e cat';

/** How many of `bytes` come back from a pod that echoes. */
export async function echoed(from: RunningPod, to: string, bytes: number): Promise<number> {
  return Number(await execIn(from, `head -c ${bytes} /dev/zero | nc -w 5 ${to} 7000 | wc -c`));
}
