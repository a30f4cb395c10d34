// What of a Service decides which addresses and ports it has. Pure.
import { HEADLESS, type ServiceSpec } from '@gantry/api/kinds/service';

/** Whether a Service of this type has an address within the cluster, unless it is headless. */
export function needsAddress({ type }: ServiceSpec): boolean {
  return type !== 'ExternalName';
}

/** Whether its ports are reached on every node. */
export function needsNodePorts({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** Its address; undefined while it has none, and for headless Services. */
export function addressOf(spec: ServiceSpec): string | undefined {
  const { clusterIP = '' } = spec;
  return needsAddress(spec) && clusterIP !== '' && clusterIP !== HEADLESS ? clusterIP : undefined;
}

/** Whether it has still to be given an address. */
export function lacksAddress(spec: ServiceSpec): boolean {
  return needsAddress(spec) && (spec.clusterIP ?? '') === '';
}
