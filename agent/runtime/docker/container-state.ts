// From the engine's answers to what a container or sandbox is. Pure.
import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import type { ContainerState, PodIdentity, SandboxState } from '../runtime.ts';
import { LABEL } from './labels.ts';

/** What only an inspection tells. */
export interface ContainerDetails {
  startedAtMs: number | undefined;
  finishedAtMs: number | undefined;
  exitCode: number;
  oomKilled: boolean;
  /** 0: none. */
  memoryLimitBytes: number;
  error: string;
  pid: number;
  tty: boolean;
}

/** Exit codes above this name the signal that ended the process. */
const SIGNAL_EXIT_CODE_BASE = 128;
const SIGNAL_MAX = 64;

/** The three states that Gantry knows, from the engine's seven. */
export function statusOf(engineState: string): ContainerState['status'] {
  if (engineState === 'created') return 'created';
  const alive = engineState === 'running' || engineState === 'paused' || engineState === 'restarting';
  return alive ? 'running' : 'exited';
}

/** Keeps what matters of an inspection. */
export function detailsOf(inspected: ContainerInspectInfo): ContainerDetails {
  const { State: state } = inspected;
  return {
    startedAtMs: timeOf(state.StartedAt),
    finishedAtMs: timeOf(state.FinishedAt),
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    memoryLimitBytes: inspected.HostConfig.Memory ?? 0,
    error: state.Error,
    pid: state.Pid,
    tty: inspected.Config.Tty,
  };
}

/** @returns undefined for what is no container of ours. */
export function containerState(info: ContainerInfo, details: ContainerDetails): ContainerState | undefined {
  const { Labels: labels } = info;
  const kind = labels[LABEL.kind];
  const pod = podOfLabels(labels);
  if ((kind !== 'init' && kind !== 'app') || pod === undefined) return undefined;
  const status = statusOf(info.State);
  return {
    id: info.Id,
    pod,
    name: labels[LABEL.container] ?? '',
    kind,
    attempt: Number(labels[LABEL.attempt] ?? 0),
    specHash: labels[LABEL.specHash] ?? '',
    sandboxId: labels[LABEL.sandbox] ?? '',
    imageId: info.ImageID,
    imageName: labels[LABEL.image] ?? info.Image,
    status,
    createdAtMs: info.Created * 1000,
    labels,
    ...lifeOf(status, details),
  };
}

/** @param pod whose it is: see {@link ownersOfSandboxes}. */
export function sandboxState(info: ContainerInfo, pod: PodIdentity): SandboxState {
  const addresses = Object.values(info.NetworkSettings.Networks).map((network) => network.IPAddress);
  return {
    id: info.Id,
    pod,
    running: statusOf(info.State) === 'running',
    ip: addresses.find((address) => address !== '') ?? '',
    createdAtMs: info.Created * 1000,
  };
}

/**
 * Whose each sandbox is: made for a pod, given to one, or found with a pod's containers in it. Those of nobody are
 * left out: they wait in the pool.
 */
export function ownersOfSandboxes(
  infos: readonly ContainerInfo[],
  assigned: (sandboxId: string) => PodIdentity | undefined,
): Map<string, PodIdentity> {
  const tenants = new Map<string, PodIdentity>();
  for (const { Labels: labels } of infos) {
    const sandboxId = labels[LABEL.sandbox];
    const pod = podOfLabels(labels);
    if (sandboxId !== undefined && pod !== undefined) tenants.set(sandboxId, pod);
  }
  const owners = new Map<string, PodIdentity>();
  for (const { Id: id, Labels: labels } of infos) {
    if (labels[LABEL.kind] !== 'sandbox') continue;
    const pod = podOfLabels(labels) ?? assigned(id) ?? tenants.get(id);
    if (pod !== undefined) owners.set(id, pod);
  }
  return owners;
}

/** An inspection in the form of a list's entry, so that both are read by the same rules. */
export function infoOf(inspected: ContainerInspectInfo): ContainerInfo {
  return {
    Id: inspected.Id,
    Names: [inspected.Name],
    Image: inspected.Config.Image,
    ImageID: inspected.Image,
    Created: Math.floor((timeOf(inspected.Created) ?? 0) / 1000),
    Labels: inspected.Config.Labels,
    State: inspected.State.Status,
    NetworkSettings: { Networks: inspected.NetworkSettings.Networks },
  } as unknown as ContainerInfo;
}

function lifeOf(
  status: ContainerState['status'],
  details: ContainerDetails,
): Pick<ContainerState, 'oomKilled'> & Partial<ContainerState> {
  const { startedAtMs, finishedAtMs, exitCode, error, pid } = details;
  const started = startedAtMs === undefined ? {} : { startedAtMs };
  if (status === 'created') return { oomKilled: false, ...(error === '' ? {} : { error }) };
  if (status === 'running') return { oomKilled: false, ...started, ...(pid > 0 ? { pid } : {}) };
  const signal = exitCode - SIGNAL_EXIT_CODE_BASE;
  return {
    oomKilled: details.oomKilled,
    ...started,
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    exitCode,
    ...(signal > 0 && signal <= SIGNAL_MAX ? { signal } : {}),
    ...(error === '' ? {} : { error }),
  };
}

function podOfLabels(labels: Readonly<Record<string, string>>): PodIdentity | undefined {
  const uid = labels[LABEL.podUid];
  const name = labels[LABEL.podName];
  const namespace = labels[LABEL.podNamespace];
  if (!uid || !name || !namespace) return undefined;
  return { uid, name, namespace };
}

/** The engine writes the year 1 for "never". */
function timeOf(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}
