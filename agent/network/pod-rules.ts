// The nftables rules of the pod network as text. Pure. A table of our own stands beside Docker's rules: it marks what
// may reach pods, since Docker drops what is forwarded and only its own chain can say otherwise.
import { invariant } from '@gantry/kit/invariant';
import { ipv4Text, rangeText, type Ipv4Range } from '@gantry/kit/ipv4-range';
import { ACCEPT_MARK, type PodNetworkNames } from '@gantry/kit/pod-network/names';

/** What the rules are made of. */
export interface RuleFacts {
  own: Ipv4Range;
  /** From where pods may be reached: ranges of other nodes' pods. */
  ranges: readonly Ipv4Range[];
  /** And addresses of other nodes. */
  hosts: readonly number[];
  /** Nodes that know the way back to a pod's own address. */
  unmaskedHosts: readonly number[];
}

const WORD = /^[a-zA-Z][a-zA-Z0-9-]*$/;

/** One transaction that makes the table what it has to be, whatever it was. */
export function podRules(names: PodNetworkNames, facts: RuleFacts): string {
  const { table, bridge } = names;
  invariant(
    [table, bridge].every((name) => WORD.test(name)),
    'names in rules are words',
  );
  const own = rangeText(facts.own);
  const mark = `0x${ACCEPT_MARK.toString(16)}`;
  return `table ip ${table}
delete table ip ${table}
table ip ${table} {
  set sources {
    type ipv4_addr; flags interval; auto-merge
${elements(facts.ranges, facts.hosts)}  }
  set unmasked {
    type ipv4_addr; flags interval; auto-merge
${elements(facts.ranges, facts.unmaskedHosts)}  }
  chain forward {
    type filter hook forward priority -10; policy accept;
    ip saddr @sources ip daddr ${own} meta mark set meta mark or ${mark}
  }
  chain postrouting {
    type nat hook postrouting priority 90; policy accept;
    ip saddr ${own} ip daddr != ${own} ip daddr != @unmasked ip daddr != 224.0.0.0/4 oifname != "${bridge}" masquerade
  }
}
`;
}

/** Empty braces are no list to nft. */
function elements(ranges: readonly Ipv4Range[], hosts: readonly number[]): string {
  const words = [...ranges.map(rangeText), ...new Set(hosts.map(ipv4Text))];
  return words.length === 0 ? '' : `    elements = { ${words.join(', ')} }\n`;
}
