// Reads a resolv.conf. Pure. What is no address and what nobody knows is passed over, as resolvers do.
import { isIpv4 } from '../service-proxy/proxy-servers.ts';

/** What a resolv.conf says, in its order. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  /** `name` or `name:value`. */
  readonly options: readonly string[];
}

/** Larger files are no resolv.conf. */
const TEXT_MAX = 65_536;
/** Resolvers that are asked one after the other; as libc has it. */
const RESOLVERS_MAX = 3;
/** Where libc looks when nobody is named. */
const DEFAULT_RESOLVER = '127.0.0.1';

/** What the text says; the last `search` or `domain` counts. */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let search: string[] = [];
  const options: string[] = [];
  for (const line of text.slice(0, TEXT_MAX).split('\n')) {
    const [word = '', ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    const [first = ''] = values;
    if (word === 'nameserver' && isAddress(first)) nameservers.push(first);
    else if (word === 'search') search = values;
    else if (word === 'domain' && first !== '') search = [first];
    else if (word === 'options') options.push(...values);
  }
  return { nameservers, search, options };
}

/** Whom to ask for names of others, in order; never those that ask us. */
export function resolversOf(conf: ResolvConf, own: readonly string[]): string[] {
  const all = conf.nameservers.length === 0 ? [DEFAULT_RESOLVER] : [...new Set(conf.nameservers)];
  return all.filter((address) => !own.includes(address)).slice(0, RESOLVERS_MAX);
}

/** The usual text, or the one behind it when the usual one names nobody but the host itself. */
export function chooseResolvConf(usual: string, behind: string): string {
  const { nameservers } = parseResolvConf(usual);
  const isStub = nameservers.length > 0 && nameservers.every(isLoopback);
  return isStub && parseResolvConf(behind).nameservers.length > 0 ? behind : usual;
}

/** Without addresses of the host itself: in a pod's own network they are the pod's. */
export function withoutLoopback(conf: ResolvConf): ResolvConf {
  return { ...conf, nameservers: conf.nameservers.filter((address) => !isLoopback(address)) };
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** IPv4, or what can only be IPv6. */
function isAddress(text: string): boolean {
  return isIpv4(text) || /^(?=.*:.*:)[0-9a-fA-F:.]{2,45}(%[\w.-]{1,32})?$/.test(text);
}
