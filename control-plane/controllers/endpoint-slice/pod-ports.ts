// The ports of a Service as a pod has them: by number, or by the name that a container gives one. Pure.
import type { EndpointPort } from '@gantry/api/kinds/endpoint-slice';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Service, ServicePort } from '@gantry/api/kinds/service';

/** The ports at which a pod is reached; those whose name no container knows are left out. */
export function podPorts(pod: Pod, { spec }: Service): EndpointPort[] {
  return (spec.ports ?? []).flatMap((port) => {
    const number = portNumber(pod, port);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

/** Names of ports of the Service that no container of the pod has. */
export function unknownPorts(pod: Pod, { spec }: Service): string[] {
  return (spec.ports ?? []).flatMap((port) =>
    portNumber(pod, port) === undefined ? [String(port.targetPort)] : [],
  );
}

function portNumber(
  pod: Pod,
  { port, targetPort = port, protocol = 'TCP' }: ServicePort,
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  for (const { ports = [] } of pod.spec.containers) {
    const found = ports.find((each) => each.name === targetPort && (each.protocol ?? 'TCP') === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

/** Pods of the same ports share slices. */
export function portsKey(ports: readonly EndpointPort[]): string {
  return JSON.stringify(
    ports
      .map(({ name = '', port, protocol = 'TCP', appProtocol = '' }) => [name, port, protocol, appProtocol])
      .sort(),
  );
}
