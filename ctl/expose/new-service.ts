// The Service that `gantry create service TYPE NAME` makes. Pure.
import type { AnyObject } from '@gantry/api/meta';
import { numberOrName, usage } from './exposed-service.ts';

/** The words for types, as kubectl has them. */
export const SERVICE_TYPES = {
  clusterip: 'ClusterIP',
  nodeport: 'NodePort',
  loadbalancer: 'LoadBalancer',
  externalname: 'ExternalName',
} as const;

/** What the user said. */
export interface NewServiceFlags {
  tcp?: string[];
  clusterip?: string;
  nodePort?: string;
  externalName?: string;
}

/** @throws CliError when a flag is none, or one is missing. */
export function newService(
  type: keyof typeof SERVICE_TYPES,
  name: string,
  flags: NewServiceFlags,
): AnyObject {
  const ports = (flags.tcp ?? []).map((text) => portOf(text, flags.nodePort));
  const isName = type === 'externalname';
  if (isName && flags.externalName === undefined)
    throw usage('Say which name it stands for with --external-name, for example db.example.com.');
  if (!isName && ports.length === 0 && flags.clusterip !== 'None')
    throw usage('Say at which port with --tcp PORT[:TARGET], for example --tcp 80:8080.');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: name } },
    spec: {
      type: SERVICE_TYPES[type],
      ...(isName ? { externalName: flags.externalName } : {}),
      ...(flags.clusterip === undefined ? {} : { clusterIP: flags.clusterip }),
      ...(ports.length === 0 ? {} : { ports }),
      selector: { app: name },
    },
  };
}

function portOf(text: string, nodePort: string | undefined): object {
  const [, from, to] = /^(\d{1,5})(?::([a-z0-9-]+))?$/.exec(text) ?? [];
  if (from === undefined) throw usage(`--tcp must be PORT or PORT:TARGET, not "${text}".`);
  const target = to ?? from;
  return {
    name: text.replace(':', '-'),
    port: Number(from),
    protocol: 'TCP',
    targetPort: numberOrName(target),
    ...(nodePort === undefined ? {} : { nodePort: Number(nodePort) }),
  };
}
