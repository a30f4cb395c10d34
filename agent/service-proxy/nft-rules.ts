// The nftables rules of the service proxy as text: the service range and the node ports go to HAProxy's two listeners,
// whether they come from containers or from the host; datagrams go to a pod at once. Pure. A table of our own stands beside Docker's rules.
import { whole, word } from './cli-text.ts';
import type { DatagramService, Target } from './datagrams.ts';
import { isIpv4 } from './proxy-servers.ts';
import { cidrWord, type ProxySettings } from './render-config.ts';
import type { ProxyState } from './proxy-state.ts';
import { invariant } from '@gantry/kit/invariant';

export const NFT_TABLE = 'gantry';
/** Before Docker's own at -100, whose rules then see what was settled here. */
const PRIORITY = -110;
/** Before what masks by source alone. */
const MASK_PRIORITY = 90;

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
${limitedRules(state, settings)}  }
  chain prerouting {
    type nat hook prerouting priority ${PRIORITY}; policy accept;
    meta l4proto tcp jump divert
    meta l4proto udp jump scatter
  }
  chain output {
    type nat hook output priority ${PRIORITY}; policy accept;
    meta l4proto tcp jump divert
    meta l4proto udp jump scatter
  }
${datagramRules(state.datagrams, cidr)}}
`;
}

/**
 * The kernel remembers where a flow went, and its answers. It has to see them: a pod would answer its neighbour on the
 * same bridge directly, from an address that was never asked; so flows get this host's address.
 */
function datagramRules(datagrams: readonly DatagramService[], cidr: string): string {
  const served = datagrams.filter(({ targets }) => targets.length > 0);
  const chain = (at: number): string => `udp_${whole(at)}`;
  const places = served.map(
    ({ clusterIP, port }, at) => `${address(clusterIP)} . ${whole(port)} : goto ${chain(at)}`,
  );
  const nodePorts = served.flatMap(({ nodePort }, at) =>
    nodePort === undefined ? [] : [`${whole(nodePort)} : goto ${chain(at)}`],
  );
  const own = served.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [whole(nodePort)]));
  return `${served.map((service, at) => scatterChain(chain(at), service)).join('')}  map datagrams {
    type ipv4_addr . inet_service : verdict
${elements(places)}  }
  map datagram_node_ports {
    type inet_service : verdict
${elements(nodePorts)}  }
  set own_datagram_ports {
    type inet_service
${elements(own)}  }
  chain scatter {
    ip daddr ${cidr} ip daddr . udp dport vmap @datagrams
    fib daddr type local udp dport vmap @datagram_node_ports
  }
  chain postrouting {
    type nat hook postrouting priority ${MASK_PRIORITY}; policy accept;
    meta l4proto udp ct status dnat ct original ip daddr ${cidr} masquerade
    meta l4proto udp ct status dnat ct original proto-dst @own_datagram_ports masquerade
  }
  chain refuse_forwarded {
    type filter hook forward priority 0; policy accept;
    ip daddr ${cidr} meta l4proto udp reject
  }
  chain refuse_own {
    type filter hook output priority 0; policy accept;
    ip daddr ${cidr} meta l4proto udp reject
  }
`;
}

function scatterChain(name: string, { isSticky, targets }: DatagramService): string {
  const turn = isSticky ? 'jhash ip saddr' : 'numgen random';
  const to = targets.map((target, at) => `${whole(at)} : ${targetWord(target)}`);
  return `  chain ${name} {
    meta l4proto udp dnat ip to ${turn} mod ${whole(targets.length)} map { ${to.join(', ')} }
  }
`;
}

function targetWord(target: Target): string {
  return `${address(target.address)} . ${whole(target.port)}`;
}

/** Takes the table away; no error when there is none. */
export function nftRemoval(): string {
  return `table ip ${NFT_TABLE}\ndelete table ip ${NFT_TABLE}\n`;
}

/** Ports that are open to everybody. */
function nodePortsOf(services: ProxyState['services']): string[] {
  return services.flatMap(({ nodePort, outerPort, sources }) =>
    [nodePort, sources === undefined ? outerPort : undefined].flatMap((port) =>
      port === undefined ? [] : [whole(port)],
    ),
  );
}

/** Whoever is not let in meets the host itself, where nobody listens. A rule each, since ranges may overlap. */
function limitedRules({ services }: ProxyState, settings: ProxySettings): string {
  return services
    .flatMap(({ outerPort, sources, mode }) =>
      outerPort === undefined || sources === undefined
        ? []
        : sources.map(
            (range) =>
              `    fib daddr type local tcp dport ${whole(outerPort)} ip saddr ${cidrWord(range)} redirect to :${whole(mode === 'http' ? settings.httpPort : settings.tcpPort)}\n`,
          ),
    )
    .join('');
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
