// The command line of the control plane. Pure: arguments in, options or one sentence out.
import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import type { LogLevel } from '@gantry/kit/logger';
import { DEFAULT_RANGE_TEXTS, readRanges, type ClusterRanges } from './addresses/ranges.ts';

/** What the operator chose. */
export interface ControlPlaneArguments {
  stateFolder: string;
  host: string;
  port: number;
  etcd: string[];
  /** More names and addresses for the server's certificate. */
  names: string[];
  logLevel: LogLevel;
  /** Where other machines reach this replica; found out when absent. */
  advertiseAddress?: string;
  /** Addresses and ports that are given out; the same on all replicas. */
  ranges: ClusterRanges;
}

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** @throws Error with a sentence that names the option. */
export function readArguments(argv: readonly string[]): ControlPlaneArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'state-folder': { type: 'string' },
      listen: { type: 'string', default: '127.0.0.1:6443' },
      etcd: { type: 'string', default: 'http://127.0.0.1:2379' },
      'server-name': { type: 'string', multiple: true, default: [] },
      'log-level': { type: 'string', default: 'info' },
      'advertise-address': { type: 'string' },
      'service-cidr': { type: 'string', default: DEFAULT_RANGE_TEXTS.serviceCidr },
      'service-node-port-range': { type: 'string', default: DEFAULT_RANGE_TEXTS.nodePortRange },
      'cluster-cidr': { type: 'string', default: DEFAULT_RANGE_TEXTS.clusterCidr },
      'node-cidr-mask-size': { type: 'string', default: DEFAULT_RANGE_TEXTS.nodeMaskSize },
    },
  });
  const stateFolder = values['state-folder'];
  if (stateFolder === undefined)
    throw new Error('--state-folder must name the folder for keys and the kubeconfig');
  const [host, port] = splitAddress(values.listen);
  const logLevel = LEVELS.find((level) => level === values['log-level']);
  if (logLevel === undefined) throw new Error(`--log-level must be one of ${LEVELS.join(', ')}`);
  const etcd = values.etcd.split(',').filter((url) => url !== '');
  if (etcd.some((url) => !/^https?:\/\//.test(url)))
    throw new Error('--etcd must be URLs, e.g. http://127.0.0.1:2379');
  const ranges = readRanges({
    serviceCidr: values['service-cidr'],
    nodePortRange: values['service-node-port-range'],
    clusterCidr: values['cluster-cidr'],
    nodeMaskSize: values['node-cidr-mask-size'],
  });
  const advertiseAddress = values['advertise-address'];
  if (advertiseAddress !== undefined && !isIPv4(advertiseAddress))
    throw new Error(`--advertise-address must be an IPv4 address, not "${advertiseAddress}"`);
  return {
    ...{ stateFolder, host, port, etcd, names: values['server-name'], logLevel, ranges },
    ...(advertiseAddress === undefined ? {} : { advertiseAddress }),
  };
}

function splitAddress(text: string): [string, number] {
  const match = /^(.*):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) throw new Error(`--listen must be HOST:PORT, not "${text}"`);
  return [match[1].replace(/^\[|\]$/g, ''), port];
}
