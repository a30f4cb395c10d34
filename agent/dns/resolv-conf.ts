// The resolv.conf of a pod, by its dnsPolicy and dnsConfig. Pure. Kubernetes' limits hold; what is over them is left out
// and told.
import type { Pod } from '@gantry/api/kinds/pod';
import { withoutLoopback, type ResolvConf } from './host-resolv-conf.ts';

/** The domain of a cluster whose operator chose none; Kubernetes' own. */
/** Where a node that leads to Services answers its pods, the same on each. */
export const NODE_DNS = '169.254.20.10';
export const CLUSTER_DOMAIN = 'cluster.local';

/** Kubernetes' own limits. */
const NAMESERVERS_MAX = 3;
const SEARCH_MAX = 32;
const SEARCH_CHARACTERS_MAX = 2_048;
/** Names with fewer dots are looked for in the cluster first. */
const CLUSTER_OPTIONS = ['ndots:5'];

/** What a node knows about names. */
export interface NodeDns {
  /** Where the cluster's names are known; none: pods resolve as the node does. */
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly host: ResolvConf;
}

/** What was left out. */
export type ResolvConfIssue = { type: 'nameservers-cut' | 'search-cut'; count: number };

export interface PodResolvConf {
  text: string;
  issues: readonly ResolvConfIssue[];
}

/**
 * The file for a pod; undefined when the engine's own is right: then the pod resolves as the node does, and wants nothing
 * else.
 */
export function podResolvConf(pod: Pod, node: NodeDns): PodResolvConf | undefined {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork = false } = pod.spec;
  const isCluster = usesCluster(dnsPolicy, hostNetwork) && node.clusterDns.length > 0;
  if (!isCluster && dnsPolicy !== 'None' && dnsConfig === undefined) return undefined;
  const base = baseOf(pod, node, isCluster);
  return render({
    nameservers: [...base.nameservers, ...(dnsConfig?.nameservers ?? [])],
    search: [...base.search, ...(dnsConfig?.searches ?? [])],
    options: mergeOptions(base.options, (dnsConfig?.options ?? []).map(optionText)),
  });
}

/** With the node's network a pod is like any program of the node, unless it says otherwise. */
function usesCluster(dnsPolicy: string, hostNetwork: boolean): boolean {
  return dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
}

function baseOf(pod: Pod, node: NodeDns, isCluster: boolean): ResolvConf {
  const { dnsPolicy, hostNetwork = false } = pod.spec;
  if (dnsPolicy === 'None') return { nameservers: [], search: [], options: [] };
  if (!isCluster) return hostNetwork ? node.host : withoutLoopback(node.host);
  const { clusterDns, clusterDomain: domain, host } = node;
  const { namespace = 'default' } = pod.metadata;
  return {
    nameservers: clusterDns,
    search: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...host.search],
    options: CLUSTER_OPTIONS,
  };
}

function optionText({ name = '', value }: { name?: string; value?: string }): string {
  return value === undefined || value === '' ? name : `${name}:${value}`;
}

/** The later one of a name counts, at the place of the first. */
function mergeOptions(base: readonly string[], more: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const option of [...base, ...more]) byName.set(option.split(':')[0] ?? '', option);
  return [...byName.values()].filter((option) => option !== '');
}

function render(wanted: ResolvConf): PodResolvConf {
  const nameservers = [...new Set(wanted.nameservers)].filter(isWord);
  const search = [...new Set(wanted.search)].filter(isWord);
  const keptServers = nameservers.slice(0, NAMESERVERS_MAX);
  const keptSearch = fitting(search);
  const options = wanted.options.filter(isWord);
  const lines = [
    ...keptServers.map((address) => `nameserver ${address}`),
    ...(keptSearch.length === 0 ? [] : [`search ${keptSearch.join(' ')}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
  ];
  const cut = (type: ResolvConfIssue['type'], count: number): ResolvConfIssue[] =>
    count === 0 ? [] : [{ type, count }];
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    issues: [
      ...cut('nameservers-cut', nameservers.length - keptServers.length),
      ...cut('search-cut', search.length - keptSearch.length),
    ],
  };
}

/** As many as there may be, in their order. */
function fitting(search: readonly string[]): string[] {
  const kept: string[] = [];
  let characters = -1;
  for (const path of search) {
    characters += path.length + 1;
    if (kept.length >= SEARCH_MAX || characters > SEARCH_CHARACTERS_MAX) break;
    kept.push(path);
  }
  return kept;
}

/** What would begin a new line or a new word would say more than was meant. */
function isWord(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
