// A sandbox in the engine's words. Pure.
import { createHash } from 'node:crypto';
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { PortMapping, SandboxSpec } from '../runtime.ts';
import { LABEL } from './labels.ts';
import { poolName, sandboxName } from './names.ts';

/** What the kernel takes at most. */
const HOSTNAME_LENGTH_MAX = 63;
const SPEC_HASH_LENGTH = 16;

/** What all sandboxes of a node share. */
export interface SandboxFrame {
  nodeName: string;
  pauseImageId: string;
  /** The engine's name of the network that pods are in. */
  network: string;
}

/** A sandbox for one pod. */
export function sandboxConfig(spec: SandboxSpec, frame: SandboxFrame): ContainerCreateOptions {
  const { hostNetwork } = spec;
  return {
    name: sandboxName(spec.pod),
    Image: frame.pauseImageId,
    ...(hostNetwork ? {} : { Hostname: hostnameOf(spec.hostname) }),
    ...(hostNetwork ? {} : { ExposedPorts: exposedPorts(spec.ports) }),
    Labels: {
      ...baseLabels(frame.nodeName),
      [LABEL.podUid]: spec.pod.uid,
      [LABEL.podName]: spec.pod.name,
      [LABEL.podNamespace]: spec.pod.namespace,
      [LABEL.specHash]: sandboxSpecHash(spec),
    },
    HostConfig: {
      ...baseHostConfig(hostNetwork ? 'host' : frame.network),
      ...(hostNetwork ? {} : { PortBindings: portBindings(spec.ports) }),
      ExtraHosts: spec.hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((name) => `${name}:${ip}`)),
      ...(spec.sysctls === undefined ? {} : { Sysctls: { ...spec.sysctls } }),
    },
  };
}

/** A sandbox for a pod that is not known yet. Its hostname is what {@link awaitsHostname} later looks for. */
export function pooledSandboxConfig(frame: SandboxFrame, suffix: string): ContainerCreateOptions {
  return {
    name: poolName(frame.nodeName, suffix),
    Image: frame.pauseImageId,
    Hostname: `pooled-${suffix}`,
    Labels: { ...baseLabels(frame.nodeName), [LABEL.pooled]: 'true' },
    HostConfig: baseHostConfig(frame.network),
  };
}

/** Whether the pod can live in a sandbox that was made without knowing it. */
export function fitsPooledSandbox(spec: SandboxSpec): boolean {
  const noSysctls = Object.keys(spec.sysctls ?? {}).length === 0;
  return !spec.hostNetwork && spec.ports.length === 0 && spec.hostAliases.length === 0 && noSysctls;
}

/** Tells whether a sandbox of this name was made for the same wish. */
export function sandboxSpecHash(spec: SandboxSpec): string {
  const { hostname, hostNetwork, ports, hostAliases, sysctls } = spec;
  const wish = JSON.stringify([hostname, hostNetwork, ports, hostAliases, sysctls ?? {}]);
  return createHash('sha256').update(wish).digest('hex').slice(0, SPEC_HASH_LENGTH);
}

/** Cut to what the kernel takes, still ending in a letter or digit. */
export function hostnameOf(wanted: string): string {
  return wanted.slice(0, HOSTNAME_LENGTH_MAX).replace(/[-.]+$/, '');
}

function baseLabels(nodeName: string): Record<string, string> {
  return { [LABEL.node]: nodeName, [LABEL.kind]: 'sandbox' };
}

function baseHostConfig(networkMode: string): HostConfig {
  return {
    NetworkMode: networkMode,
    IpcMode: 'shareable',
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    CpuShares: 2,
  };
}

function portKey(port: PortMapping): string {
  return `${port.containerPort}/${port.protocol.toLowerCase()}`;
}

function exposedPorts(ports: readonly PortMapping[]): Record<string, object> {
  return Object.fromEntries(ports.map((port) => [portKey(port), {}]));
}

function portBindings(ports: readonly PortMapping[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    (bindings[portKey(port)] ??= []).push({ HostIp: port.hostIp ?? '', HostPort: String(port.hostPort) });
  }
  return bindings;
}
