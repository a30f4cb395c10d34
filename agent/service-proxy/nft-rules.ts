// The nftables rules of the service proxy as text: the service range and the node ports go to HAProxy's two listeners,
// whether they come from containers or from the host. Pure. A table of our own stands beside Docker's rules.
import { whole, word } from './cli-text.ts';
import { isIpv4 } from './proxy-servers.ts';
import { cidrWord, type ProxySettings } from './render-config.ts';
import type { ProxyState } from './proxy-state.ts';
import { invariant } from '@gantry/kit/invariant';

export const NFT_TABLE = 'gantry';
/** Before Docker's own at -100, whose rules then see what was settled here. */
const PRIORITY = -110;

/** One transaction that makes the table what it has to be, whatever it was. */
export function nftRules(state: ProxyState, settings: ProxySettings, owner: string): string {
  const http = state.services.filter(({ mode }) => mode === 'http');
  const cidr = cidrWord(settings.serviceCidr);
  return `table ip ${NFT_TABLE}
delete table ip ${NFT_TABLE}
table ip ${NFT_TABLE} {
  comment "${word(owner)}"
  set http_services {
    type ipv4_addr . inet_service
${elements(addressesOf(http))}  }
  set http_node_ports {
    type inet_service
${elements(nodePortsOf(http))}  }
  set node_ports {
    type inet_service
${elements(nodePortsOf(state.services))}  }
  chain divert {
    ip daddr ${cidr} ip daddr . tcp dport @http_services redirect to :${whole(settings.httpPort)}
    ip daddr ${cidr} meta l4proto tcp redirect to :${whole(settings.tcpPort)}
    fib daddr type local tcp dport @http_node_ports redirect to :${whole(settings.httpPort)}
    fib daddr type local tcp dport @node_ports redirect to :${whole(settings.tcpPort)}
  }
  chain prerouting {
    type nat hook prerouting priority ${PRIORITY}; policy accept;
    meta l4proto tcp jump divert
  }
  chain output {
    type nat hook output priority ${PRIORITY}; policy accept;
    meta l4proto tcp jump divert
  }
}
`;
}

/** Takes the table away; no error when there is none. */
export function nftRemoval(): string {
  return `table ip ${NFT_TABLE}\ndelete table ip ${NFT_TABLE}\n`;
}

function nodePortsOf(services: ProxyState['services']): string[] {
  return services.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [whole(nodePort)]));
}

function addressesOf(services: ProxyState['services']): string[] {
  return services.flatMap(({ clusterIP, port }) =>
    clusterIP === undefined ? [] : [`${address(clusterIP)} . ${whole(port)}`],
  );
}

/** Empty braces are no list to nft. */
function elements(words: readonly string[]): string {
  return words.length === 0 ? '' : `    elements = { ${words.join(', ')} }\n`;
}

function address(text: string): string {
  invariant(isIpv4(text), 'addresses of rules are IPv4');
  return text;
}
