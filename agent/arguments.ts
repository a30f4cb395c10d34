// The command line of the agent. Pure: arguments in, options or one sentence out.
import { parseArgs } from 'node:util';
import { parseDuration } from '@gantry/api/duration';
import { dnsSubdomainProblem, ipAddressProblem } from '@gantry/api/names';
import { bytesOf, cpuMilliOf, isQuantity } from '@gantry/api/quantity';
import { readIpv4Range, type Ipv4Range } from '@gantry/kit/ipv4-range';
import { HOLLOW_NODES_MAX, WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import { CLUSTER_DOMAIN, NODE_DNS } from './dns/resolv-conf.ts';
import type { LogLevel } from '@gantry/kit/logger';
import { PRIVATE_RANGES } from './network/cluster-view.ts';

/** What the operator chose. Files are named, not read. */
export interface AgentArguments {
  server: string;
  /** Of the node; with a hollow runtime what their names begin with. */
  name: string;
  runtime: 'docker' | 'hollow';
  /** How many nodes this process is. */
  nodes: number;
  stateFolder: string;
  address: string | undefined;
  labels: Record<string, string>;
  heartbeatIntervalMs: number;
  warmSandboxes: number;
  /** Whether pods are in a network that reaches those of other nodes. */
  podNetwork: boolean;
  /** Where ranges of nodes may lie. */
  clusterRanges: readonly Ipv4Range[];
  reserved: { cpuMilli: number; memoryBytes: number };
  podsMax: number;
  /** Whether Services are led to from this host. */
  serviceProxy: boolean;
  /** How the agent proves who it is: a join token the first time, or PEM files of its own. */
  tokenFile: string | undefined;
  token: string | undefined;
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  /** Where pods find the names of the cluster; nowhere when absent. */
  dns: { clusterDns: string[]; clusterDomain: string } | undefined;
  /** Where flags are evaluated for the node's pods; nowhere when absent. */
  flags: { address: string; port: number } | undefined;
  /** Where figures are served over plain HTTP, beside the tunnel; nowhere when absent. */
  metricsAt: { address: string; port: number } | undefined;
  logLevel: LogLevel;
}

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];
/** Hollow nodes have nothing to warm up, addresses of their own, and a certificate each. */
const HOLLOW_HAS_NO = [
  ...[
    'warm-sandboxes',
    'address',
    'cert',
    'key',
    'pod-network',
    'cluster-cidr',
    'service-proxy',
    'cluster-dns',
    'flags',
    'metrics-address',
  ],
] as const;
/** Thousands of nodes beat as seldom as Kubernetes' own. */
const HEARTBEAT = { docker: '1s', hollow: '10s' } as const;
/** Beside the node's DNS; flagd's port for OFREP. */
const FLAGS_AT = `${NODE_DNS}:8016`;
const PORT_MAX = 65_535;
const NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;
const HEARTBEAT_MIN_MS = 100;

/** @throws Error with a sentence that names the option. */
export function readArguments(argv: readonly string[], hostname: string): AgentArguments {
  const values = parse(argv);
  const { runtime } = values;
  if (runtime !== 'docker' && runtime !== 'hollow') throw new Error('--runtime must be docker or hollow');
  const name = (values.name ?? hostname).toLowerCase();
  const nodes = nodesOf(values);
  const serviceProxy = isOn(
    '--service-proxy',
    values['service-proxy'] ?? (runtime === 'docker' ? 'on' : 'off'),
  );
  if (!NAME.test(runtime === 'hollow' ? `${name}-${String(nodes - 1)}` : name)) {
    throw new Error(`--name "${name}" must be lower case letters, digits, "-" and ".", at most 63`);
  }
  const logLevel = LEVELS.find((level) => level === values['log-level']);
  if (logLevel === undefined) throw new Error(`--log-level must be one of ${LEVELS.join(', ')}`);
  if ((values.cert === undefined) !== (values.key === undefined)) {
    throw new Error('--cert and --key belong together');
  }
  return {
    server: serverOf(values.server),
    name,
    runtime,
    nodes,
    stateFolder: required(values['state-folder'], '--state-folder must name a folder of this agent alone'),
    address: values.address,
    labels: Object.fromEntries(values.label.map(labelOf)),
    heartbeatIntervalMs: heartbeatOf(values.heartbeat ?? HEARTBEAT[runtime]),
    warmSandboxes: wholeNumber('--warm-sandboxes', values['warm-sandboxes'] ?? String(WARM_SANDBOXES)),
    podNetwork: podNetworkOf(values['pod-network'] ?? (runtime === 'docker' ? 'on' : 'off')),
    clusterRanges: values['cluster-cidr']?.split(',').map(clusterRangeOf) ?? PRIVATE_RANGES,
    reserved: reservedOf(values['reserved-cpu'], values['reserved-memory']),
    podsMax: wholeNumber('--pods-max', values['pods-max']),
    serviceProxy,
    tokenFile: values['token-file'],
    token: values.token,
    caFile: values.ca,
    certFile: values.cert,
    keyFile: values.key,
    dns: dnsOf(values['cluster-dns'] ?? (serviceProxy ? [NODE_DNS] : undefined), values['cluster-domain']),
    flags: listenAt('--flags', values.flags ?? (serviceProxy ? FLAGS_AT : 'off'), FLAGS_AT),
    metricsAt: listenAt('--metrics-address', values['metrics-address'], '127.0.0.1:9465'),
    logLevel,
  };
}

function parse(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      server: { type: 'string' },
      name: { type: 'string' },
      'state-folder': { type: 'string' },
      address: { type: 'string' },
      label: { type: 'string', multiple: true, default: [] },
      heartbeat: { type: 'string' },
      runtime: { type: 'string', default: 'docker' },
      nodes: { type: 'string' },
      'warm-sandboxes': { type: 'string' },
      'pod-network': { type: 'string' },
      'cluster-cidr': { type: 'string' },
      'reserved-cpu': { type: 'string', default: '0' },
      'reserved-memory': { type: 'string', default: '0' },
      'service-proxy': { type: 'string' },
      'pods-max': { type: 'string', default: '110' },
      'token-file': { type: 'string' },
      token: { type: 'string' },
      ca: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
      'cluster-dns': { type: 'string', multiple: true },
      'cluster-domain': { type: 'string' },
      flags: { type: 'string' },
      'metrics-address': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  return values;
}

/** What makes no sense together is said, not ignored. */
function nodesOf(values: ReturnType<typeof parse>): number {
  const isHollow = values.runtime === 'hollow';
  if (!isHollow) {
    if (values.nodes !== undefined)
      throw new Error('--nodes needs --runtime hollow: a Docker engine is one node');
    return 1;
  }
  const foreign = HOLLOW_HAS_NO.find((option) => values[option] !== undefined);
  if (foreign !== undefined) throw new Error(`--${foreign} makes no sense with --runtime hollow`);
  const nodes = wholeNumber('--nodes', values.nodes ?? '1');
  if (nodes < 1 || nodes > HOLLOW_NODES_MAX) {
    throw new Error(`--nodes must be 1 to ${String(HOLLOW_NODES_MAX)}, not ${String(nodes)}`);
  }
  return nodes;
}

function required(value: string | undefined, sentence: string): string {
  if (value === undefined || value === '') throw new Error(sentence);
  return value;
}

function serverOf(text: string | undefined): string {
  const server = required(text, '--server must be the URL of the control plane, e.g. https://10.0.0.1:6443');
  if (!URL.canParse(server) || !/^https?:\/\//.test(server)) {
    throw new Error(`--server must be a URL such as https://10.0.0.1:6443, not "${server}"`);
  }
  return server.replace(/\/+$/, '');
}

function labelOf(text: string): [string, string] {
  const [key = '', ...value] = text.split('=');
  if (key === '' || value.length === 0) throw new Error(`--label must be KEY=VALUE, not "${text}"`);
  return [key, value.join('=')];
}

function heartbeatOf(text: string): number {
  const intervalMs = parseDuration(text);
  if (intervalMs === undefined || intervalMs < HEARTBEAT_MIN_MS) {
    throw new Error(
      `--heartbeat must be a duration of at least ${HEARTBEAT_MIN_MS}ms, e.g. 1s, not "${text}"`,
    );
  }
  return intervalMs;
}

function podNetworkOf(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new Error(`--pod-network must be on or off, not "${text}"`);
  return text === 'on';
}

function clusterRangeOf(text: string): Ipv4Range {
  const range = readIpv4Range(text.trim());
  if (range === undefined)
    throw new Error(
      `--cluster-cidr must be ranges of IPv4 addresses such as 10.244.0.0/16, with commas between, not "${text}"`,
    );
  return range;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`${option} must be a whole number, not "${text}"`);
  return Number(text);
}

function isOn(option: string, text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new Error(`${option} must be on or off, not "${text}"`);
  return text === 'on';
}

function listenAt(
  option: string,
  text = 'off',
  example: string,
): { address: string; port: number } | undefined {
  if (text === 'off') return undefined;
  const [, address = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (ipAddressProblem(address) !== undefined || Number(port) > PORT_MAX)
    throw new Error(`${option} must be ADDRESS:PORT, such as ${example}, or off, not "${text}"`);
  return { address, port: Number(port) };
}

function dnsOf(clusterDns: string[] | undefined, domain: string | undefined): AgentArguments['dns'] {
  if (clusterDns === undefined) {
    if (domain !== undefined) throw new Error('--cluster-domain needs --cluster-dns or --service-proxy on');
    return undefined;
  }
  const clusterDomain = domain ?? CLUSTER_DOMAIN;
  for (const address of clusterDns) {
    const problem = ipAddressProblem(address);
    if (problem !== undefined) throw new Error(`--cluster-dns "${address}" ${problem}`);
  }
  const problem = dnsSubdomainProblem(clusterDomain);
  if (problem !== undefined) throw new Error(`--cluster-domain "${clusterDomain}" ${problem}`);
  return { clusterDns, clusterDomain };
}

function reservedOf(cpu: string, memory: string): { cpuMilli: number; memoryBytes: number } {
  for (const [option, text] of [
    ['--reserved-cpu', cpu],
    ['--reserved-memory', memory],
  ] as const) {
    if (!isQuantity(text))
      throw new Error(`${option} must be a quantity such as 100m or 256Mi, not "${text}"`);
  }
  return { cpuMilli: cpuMilliOf(cpu), memoryBytes: bytesOf(memory) };
}
