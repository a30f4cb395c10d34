// A container in the engine's words. Pure.
import type { ContainerCreateOptions, HostConfig, MountSettings } from 'dockerode';
import type { ContainerSpec } from '../runtime.ts';
import { LABEL } from './labels.ts';
import { containerName } from './names.ts';
import { hostnameOf } from './sandbox-config.ts';

const CPU_PERIOD_US = 100_000;
/** The kernel's smallest quota. */
const CPU_QUOTA_US_MIN = 1000;
const CPU_SHARES_PER_CORE = 1024;
/** What a container gets that asked for nothing: the kernel's smallest share. */
const CPU_SHARES_MIN = 2;
/** Logs turn over at this size; the engine keeps {@link LOG_FILES_MAX} of them. */
const LOG_FILE_SIZE_MAX = '10m';
const LOG_FILES_MAX = '3';

/** What the container's surroundings add. */
export interface ContainerFrame {
  nodeName: string;
  /** The sandbox came from the pool, so the hostname has to be put right from outside. */
  pooled: boolean;
}

/** Everything that the engine has to be told. */
export function containerConfig(spec: ContainerSpec, frame: ContainerFrame): ContainerCreateOptions {
  const user = userOf(spec);
  return {
    name: containerName(spec.pod, spec.name, spec.attempt),
    Image: spec.imageId,
    ...(spec.command === undefined ? {} : { Entrypoint: [...spec.command] }),
    ...(spec.args === undefined ? {} : { Cmd: [...spec.args] }),
    Env: environment(spec, frame),
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
    ...(user === undefined ? {} : { User: user }),
    Tty: spec.tty,
    OpenStdin: spec.stdin,
    StdinOnce: spec.stdinOnce,
    // The agent probes by itself; the image's own check would only cost.
    Healthcheck: { Test: ['NONE'] },
    Labels: labels(spec, frame),
    HostConfig: hostConfig(spec),
  };
}

function labels(spec: ContainerSpec, frame: ContainerFrame): Record<string, string> {
  return {
    ...spec.labels,
    [LABEL.node]: frame.nodeName,
    [LABEL.kind]: spec.kind,
    [LABEL.podUid]: spec.pod.uid,
    [LABEL.podName]: spec.pod.name,
    [LABEL.podNamespace]: spec.pod.namespace,
    [LABEL.container]: spec.name,
    [LABEL.attempt]: String(spec.attempt),
    [LABEL.specHash]: spec.specHash,
    [LABEL.sandbox]: spec.sandboxId,
    ...(spec.imageName === undefined ? {} : { [LABEL.image]: spec.imageName }),
    ...(frame.pooled ? { [LABEL.hostname]: hostnameOf(spec.hostname) } : {}),
  };
}

/** The engine would set HOSTNAME to the sandbox's, which is nobody's in a pooled one. */
function environment(spec: ContainerSpec, frame: ContainerFrame): string[] {
  const given = spec.env.some((entry) => entry.startsWith('HOSTNAME='));
  return frame.pooled && !given ? [`HOSTNAME=${hostnameOf(spec.hostname)}`, ...spec.env] : [...spec.env];
}

function hostConfig(spec: ContainerSpec): HostConfig {
  const sandbox = `container:${spec.sandboxId}`;
  return {
    NetworkMode: sandbox,
    IpcMode: sandbox,
    Mounts: spec.mounts.map(bind),
    LogConfig: { Type: 'json-file', Config: { 'max-size': LOG_FILE_SIZE_MAX, 'max-file': LOG_FILES_MAX } },
    RestartPolicy: { Name: 'no' },
    Privileged: spec.privileged,
    ReadonlyRootfs: spec.readOnlyRootFilesystem,
    CapAdd: [...spec.capabilities.add],
    CapDrop: [...spec.capabilities.drop],
    ...(spec.noNewPrivileges === true ? { SecurityOpt: ['no-new-privileges'] } : {}),
    ...(spec.supplementalGroups === undefined ? {} : { GroupAdd: spec.supplementalGroups.map(String) }),
    // Below nought takes a right that an engine may lack (CAP_SYS_RESOURCE), and then nothing would start.
    ...(spec.oomScoreAdj === undefined ? {} : { OomScoreAdj: Math.max(0, spec.oomScoreAdj) }),
    ...limits(spec),
  };
}

function limits(spec: ContainerSpec): HostConfig {
  const { cpuMilliLimit, cpuMilliRequest = cpuMilliLimit, memoryBytesLimit } = spec;
  return {
    CpuShares: Math.max(CPU_SHARES_MIN, Math.floor(((cpuMilliRequest ?? 0) * CPU_SHARES_PER_CORE) / 1000)),
    ...(cpuMilliLimit === undefined
      ? {}
      : {
          CpuPeriod: CPU_PERIOD_US,
          CpuQuota: Math.max(CPU_QUOTA_US_MIN, (cpuMilliLimit * CPU_PERIOD_US) / 1000),
        }),
    // Without a bound on swap the engine would allow as much again.
    ...(memoryBytesLimit === undefined ? {} : { Memory: memoryBytesLimit, MemorySwap: memoryBytesLimit }),
  };
}

function bind(mount: ContainerSpec['mounts'][number]): MountSettings {
  return { Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly };
}

function userOf({ runAsUser, runAsGroup }: ContainerSpec): string | undefined {
  if (runAsUser === undefined && runAsGroup === undefined) return undefined;
  return runAsGroup === undefined ? String(runAsUser) : `${runAsUser ?? ''}:${runAsGroup}`;
}
