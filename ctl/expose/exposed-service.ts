// The Service that `gantry expose` makes for an object: its selector and its ports, unless the user says otherwise. Pure.
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT } from '../command.ts';

/** What the user said. */
export interface ExposeFlags {
  port?: string;
  targetPort?: string;
  protocol?: string;
  type?: string;
  name?: string;
  selector?: string;
  clusterIp?: string;
  sessionAffinity?: string;
  labels?: string;
}

interface PodSpecLike {
  containers?: readonly { ports?: readonly { containerPort: number; protocol?: string }[] }[];
}

interface SpecLike extends PodSpecLike {
  selector?: { matchLabels?: Record<string, string>; matchExpressions?: readonly unknown[] };
  template?: { spec?: PodSpecLike };
  ports?: readonly { port: number; protocol?: string; name?: string }[];
}

const TYPES: Readonly<Record<string, string>> = {
  clusterip: 'ClusterIP',
  nodeport: 'NodePort',
  loadbalancer: 'LoadBalancer',
};

/** @throws CliError when the object says no selector or no port, or when a flag is none. */
export function exposedService(object: AnyObject, flags: ExposeFlags): AnyObject {
  const { name = '', namespace } = object.metadata;
  const labels = flags.labels === undefined ? object.metadata.labels : pairsOf('--labels', flags.labels);
  const ports = portsOf(object, flags);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: flags.name ?? name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
    },
    spec: {
      selector: flags.selector === undefined ? selectorOf(object) : pairsOf('--selector', flags.selector),
      ports,
      ...(flags.type === undefined ? {} : { type: typeOf(flags.type) }),
      ...(flags.clusterIp === undefined ? {} : { clusterIP: flags.clusterIp }),
      ...(flags.sessionAffinity === undefined ? {} : { sessionAffinity: flags.sessionAffinity }),
    },
  };
}

function typeOf(text: string): string {
  const type = TYPES[text.toLowerCase()];
  if (type !== undefined) return type;
  throw usage(`--type must be one of ${Object.values(TYPES).join(', ')}, not "${text}".`);
}

function selectorOf({ kind, metadata, spec }: AnyObject): Record<string, string> {
  const { selector } = (spec ?? {}) as SpecLike;
  if (kind === 'Service') return (selector ?? {}) as Record<string, string>;
  if (kind === 'Pod') {
    if (Object.keys(metadata.labels ?? {}).length > 0) return { ...metadata.labels };
    throw usage('The pod has no labels to select it by. Give it one, or use --selector.');
  }
  if ((selector?.matchExpressions?.length ?? 0) > 0)
    throw usage('Its selector has expressions, which a Service cannot have. Use --selector.');
  return { ...selector?.matchLabels };
}

interface Port {
  name?: string;
  port: number;
  protocol: string;
  targetPort: number | string;
}

function portsOf(object: AnyObject, flags: ExposeFlags): Port[] {
  const found = flags.port === undefined ? declaredPorts(object) : listedPorts(flags.port, flags.protocol);
  if (found.length === 0)
    throw usage('It declares no port: say which one with --port, for example --port 80.');
  return found.map(({ port, protocol }, index) => ({
    ...(found.length > 1 ? { name: `port-${index + 1}` } : {}),
    port,
    protocol,
    targetPort: flags.targetPort === undefined ? port : numberOrName(flags.targetPort),
  }));
}

function listedPorts(text: string, protocol = 'TCP'): { port: number; protocol: string }[] {
  return text.split(',').map((part) => {
    const port = Number(part);
    if (!/^\d{1,5}$/.test(part) || port < 1 || port > 65_535)
      throw usage(`--port must be a number from 1 to 65535, or several with commas, not "${part}".`);
    return { port, protocol };
  });
}

function declaredPorts({ spec }: AnyObject): { port: number; protocol: string }[] {
  const { ports, containers, template } = (spec ?? {}) as SpecLike;
  if (ports !== undefined) return ports.map(({ port, protocol = 'TCP' }) => ({ port, protocol }));
  return (template?.spec?.containers ?? containers ?? [])
    .flatMap((container) => container.ports ?? [])
    .map(({ containerPort, protocol = 'TCP' }) => ({ port: containerPort, protocol }));
}

/** A port by its number, or by its name. */
export const numberOrName = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

/** `a=b,c=d`. */
function pairsOf(option: string, text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (pairs.some(({ length }) => length !== 2)) throw usage(`${option} must be KEY=VALUE,…, not "${text}".`);
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]));
}

/** What the user wrote means nothing. */
export const usage = (message: string): CliError => new CliError(message, { exitCode: EXIT.usage });
