// One ready sandbox: made, proven to be of use, and handed to a pod.
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import type { ContainerInspectInfo } from 'dockerode';
import { messageOf } from '@gantry/kit/operational-error';
import type { Ids } from '@gantry/kit/random';
import type { SandboxSpec, SandboxState } from '../runtime.ts';
import { createContainer } from './create-container.ts';
import type { Assignments } from './assignments.ts';
import { sandboxState } from './container-state.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { EngineError, engineError } from './engine-error.ts';
import type { HostnameSetter } from './hostname-setter.ts';
import { renderHostname, renderHosts } from './hosts-file.ts';
import { START_TIMEOUT_MS, type Removals } from './removal.ts';
import { hostnameOf, pooledSandboxConfig } from './sandbox-config.ts';

/** A sandbox that waits for a pod. */
export interface PooledSandbox {
  id: string;
  ip: string;
  /** The engine's name of the network that it is in. */
  network: string;
  /** The engine's own files, which all containers that join the sandbox see as /etc/hosts and /etc/hostname. */
  hostsPath: string;
  hostnamePath: string;
}

/** What making and handing out need. */
export interface PooledSandboxDeps {
  engine: Engine;
  nodeName: string;
  directory: Directory;
  assignments: Assignments;
  removals: Removals;
  hostnames: HostnameSetter;
  pauseImage: () => Promise<string>;
  /** @throws OperationalError `network-not-ready` */
  network: () => Promise<string>;
  ids: Ids;
}

const SUFFIX_LENGTH = 10;

/**
 * @throws EngineError when the engine fails or the sandbox dies meanwhile; another error when a sandbox made here could not
 * be given a pod's name later.
 */
export async function makePooledSandbox(deps: PooledSandboxDeps): Promise<PooledSandbox> {
  const { engine, directory } = deps;
  const network = await networkOf(deps);
  const frame = { nodeName: deps.nodeName, pauseImageId: await deps.pauseImage(), network };
  const id = await createContainer(engine, pooledSandboxConfig(frame, deps.ids.suffix(SUFFIX_LENGTH)));
  try {
    await engine.call('start a pooled sandbox', () => engine.docker.getContainer(id).start(), {
      timeoutMs: START_TIMEOUT_MS,
    });
    const made = await provePooledSandbox(deps, await directory.inspect(id));
    // One in a network that was lost meanwhile would keep that network from going.
    if ((await networkOf(deps)) !== network)
      throw new EngineError('network-not-ready', 'the network has changed');
    return made;
  } catch (error) {
    const [info] = await directory.find(id);
    await deps.removals.sandbox(id);
    // The name of a dead process cannot be read either: that says nothing about the next one.
    if (info?.State !== 'running') throw engineError('pooled sandbox died', error);
    throw error;
  }
}

/** @throws EngineError, which is a reason to try again. */
async function networkOf(deps: Pick<PooledSandboxDeps, 'network'>): Promise<string> {
  return deps.network().catch((error: unknown) => {
    throw new EngineError('network-not-ready', messageOf(error), { cause: error });
  });
}

/** Makes sure that a pod's name can be put on it: the files are ours to write, its processes are ours to see. */
export async function provePooledSandbox(
  deps: Pick<PooledSandboxDeps, 'hostnames'>,
  inspected: ContainerInspectInfo,
): Promise<PooledSandbox> {
  const { Id: id, HostsPath: hostsPath, HostnamePath: hostnamePath } = inspected;
  if (!inspected.State.Running) throw new EngineError('engine-failed', `pooled sandbox ${id} does not run`);
  const [[network, { IPAddress: ip }] = ['', { IPAddress: '' }]] = Object.entries(
    inspected.NetworkSettings.Networks,
  );
  if (ip === '') throw new EngineError('engine-failed', `pooled sandbox ${id} has no address`);
  await Promise.all([hostsPath, hostnamePath].map((path) => access(path, constants.W_OK)));
  await deps.hostnames.prove({ id, pid: inspected.State.Pid, hostname: inspected.Config.Hostname ?? '' });
  return { id, ip, network, hostsPath, hostnamePath };
}

/**
 * Makes it the pod's: its files first, the record last, since the record is what a restarted agent goes by.
 *
 * @returns undefined when it is of no use any more; it has then been removed.
 */
export async function handOut(
  deps: PooledSandboxDeps,
  ready: PooledSandbox,
  spec: SandboxSpec,
): Promise<SandboxState | undefined> {
  const { assignments, directory } = deps;
  const hostname = hostnameOf(spec.hostname);
  assignments.reserve(ready.id, spec.pod);
  try {
    await Promise.all([
      writeFile(ready.hostsPath, renderHosts(ready.ip, hostname)),
      writeFile(ready.hostnamePath, renderHostname(hostname)),
    ]);
    await assignments.keep(ready.id);
    const [info] = await directory.find(ready.id);
    const state = info && sandboxState(info, spec.pod);
    if (state?.running === true) return state;
  } catch (error) {
    await assignments.release(ready.id);
    if (error instanceof EngineError) throw error;
  }
  await deps.removals.sandbox(ready.id);
  await assignments.release(ready.id);
  return undefined;
}
