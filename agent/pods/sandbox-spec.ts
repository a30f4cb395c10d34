// What a pod asks of its sandbox. Pure.
import type { Pod } from '@gantry/api/kinds/pod';
import type { PortMapping, SandboxSpec } from '../runtime/runtime.ts';
import { hostnameOf, identityOf } from './resolve-container.ts';

export function sandboxSpec(pod: Pod): SandboxSpec {
  const { hostNetwork = false, hostAliases = [], securityContext } = pod.spec;
  const sysctls = securityContext?.sysctls ?? [];
  const { annotations } = pod.metadata;
  return {
    pod: identityOf(pod),
    hostname: hostnameOf(pod),
    hostNetwork,
    // In the node's own network a port needs no mapping: the process listens on the node itself.
    ports: hostNetwork ? [] : hostPorts(pod),
    hostAliases: hostAliases.map(({ ip, hostnames = [] }) => ({ ip, hostnames })),
    ...(annotations === undefined ? {} : { annotations }),
    ...(sysctls.length === 0
      ? {}
      : { sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name, value])) }),
  };
}

function hostPorts(pod: Pod): PortMapping[] {
  return pod.spec.containers.flatMap((container) =>
    (container.ports ?? []).flatMap((port): PortMapping[] => {
      if (port.hostPort === undefined || port.hostPort === 0) return [];
      const { containerPort, hostPort, hostIP, protocol = 'TCP' } = port;
      return [{ containerPort, hostPort, protocol, ...(hostIP === undefined ? {} : { hostIp: hostIP }) }];
    }),
  );
}
