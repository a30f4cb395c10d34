// The ports of the Service of an Experiment's template. Pure.
import type { ServicePort } from '../service/service-spec.ts';
import type { ExperimentTemplate } from './spec.ts';

/** As they are given, else each port that a container declares. */
export function servicePorts({ service, template }: ExperimentTemplate): ServicePort[] {
  if (service?.ports !== undefined) return service.ports;
  const declared = template.spec.containers.flatMap(({ ports = [] }) => ports);
  const isSeveral = declared.length > 1;
  return declared.map(({ name, containerPort, protocol }) => {
    const known = name ?? (isSeveral ? `port-${containerPort}` : undefined);
    return {
      ...(known === undefined ? {} : { name: known }),
      ...(protocol === undefined ? {} : { protocol: protocol }),
      port: containerPort,
      targetPort: containerPort,
    };
  });
}
