// A layout and settings as HAProxy's configuration and map files. Pure. Two listeners, chosen by nftables, find the
// backend by the original destination in the maps; what is in no map is refused at once.
import { MAP_FILES, serverSettings, whole, word } from './cli-text.ts';
import { MAP_NAMES, type LaidServer, type Layout, type Slot } from './layout.ts';
import { countersPart } from './render-choices.ts';
import { MIRROR_LUA_FILE, mirrorLua } from './mirrors/mirror-lua.ts';
import { hasMirrors, mirrorParts } from './mirrors/render-mirrors.ts';
import { FRACTIONAL_LUA, LUA_FILE } from './splits/fractional-lua.ts';
import { NO_ENDPOINT_SLOT, NO_SERVICE_SLOT } from './places.ts';
import { isIpv4 } from './proxy-servers.ts';
import {
  certificateLists,
  frontendParts,
  serviceRouteLines,
  type FrontendWords,
} from './routes/render-frontends.ts';
import type { Routing } from './routes/routing.ts';
import { invariant } from '@gantry/kit/invariant';
import { trafficLog } from '../traffic-metrics/log-config.ts';

export interface ProxySettings {
  /** Where the whole service range is redirected to. */
  readonly httpPort: number;
  readonly tcpPort: number;
  /** `10.96.0.0/16`. */
  readonly serviceCidr: string;
  /** Connections at once; above some 8,000 the descriptors of a process run out where 20,000 are allowed. */
  readonly connectionsMax: number;
  /** Whether requests are told of on standard output. */
  readonly isCounted?: boolean;
}

export interface RenderedProxy {
  readonly config: string;
  /** Texts by file name: maps, lists of certificates, and what is reckoned in Lua. */
  readonly maps: Readonly<Record<string, string>>;
  /** PEM with private key, by file name; needed where the configuration is new. */
  readonly certificates?: ReadonlyMap<string, string>;
}

/** Relative to the folder of the configuration, since the path of a socket may have but 107 characters. */
export const ADMIN_SOCKET = 'admin.sock';
/** Says why an HTTP request was refused by the proxy itself. */
export const REASON_HEADER = 'x-gantry-proxy-reason';

/**
 * The kernel of a pod's host answers, however busy the pod is; a packet that was lost is sent again after 1 s, which nobody
 * waits for. A lost host is found by so many of these one after the other as it has servers, twice.
 */
const CONNECT_WITHIN_MS = 400;
const AFFINITY_CLIENTS_MAX = 100_000;
/** Connections without a word: pods and clients that are gone are found by keep-alive probes of the kernel sooner. */
const TCP_SILENCE = '24h';
const HTTP_ANSWER_WITHIN = '10m';
/** What every frontend for HTTP has. */
const HTTP_LINES = [
  `  timeout client ${HTTP_ANSWER_WITHIN}`,
  '  timeout http-request 30s',
  '  timeout http-keep-alive 1m',
  '  option forwardfor',
  '  option idle-close-on-response',
];

function frontendWords({ isCounted }: ProxySettings): FrontendWords {
  return {
    refusal: refusalText,
    routesMap: MAP_FILES.routes,
    noServiceSlot: NO_SERVICE_SLOT,
    httpLines: [...HTTP_LINES, ...trafficLog(isCounted, 'http')],
    tcpLines: [`  timeout client ${TCP_SILENCE}`, ...trafficLog(isCounted, 'tcp')],
  };
}

/** @param generation tells this configuration from others in the running process; letters, digits and `-`. */
export function renderConfig(layout: Layout, settings: ProxySettings, generation: string): RenderedProxy {
  const words = frontendWords(settings);
  const { routing } = layout;
  const isTimed = hasMirrors(routing) || routing.rules.some(({ timeoutMs }) => timeoutMs !== undefined);
  const config = [
    globalPart(settings, generation, routing),
    httpFrontend(settings, routing, words),
    tcpFrontend(settings, words),
    refusal(NO_SERVICE_SLOT, 'no-service'),
    refusal(NO_ENDPOINT_SLOT, 'no-endpoint'),
    ...countersPart(routing),
    ...frontendParts(routing, words),
    ...mirrorParts(routing, {
      ...{ generation, noServiceSlot: NO_SERVICE_SLOT },
      log: trafficLog(settings.isCounted, 'http'),
    }),
    ...layout.slots.map((slot) =>
      backend(slot, [...(layout.servers.get(slot.name)?.values() ?? [])], isTimed),
    ),
  ].join('\n');
  return {
    config,
    maps: {
      ...Object.fromEntries(
        MAP_NAMES.map((map) => [
          MAP_FILES[map],
          [...layout.maps[map]].map(([key, value]) => `${word(key)} ${word(value)}\n`).join(''),
        ]),
      ),
      ...certificateLists(routing),
      ...(routing.splits.sticky.length === 0 ? {} : { [LUA_FILE]: FRACTIONAL_LUA }),
      ...(hasMirrors(routing) ? { [MIRROR_LUA_FILE]: mirrorLua(generation) } : {}),
    },
  };
}

/** `a.b.c.d/n`, or a bug. */
export function cidrWord(cidr: string): string {
  const [address = '', bits = ''] = cidr.split('/');
  const isGood = isIpv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
  invariant(isGood, 'a service range is an IPv4 range');
  return `${address}/${bits}`;
}

function globalPart({ connectionsMax }: ProxySettings, generation: string, routing: Routing): string {
  const isSticky = routing.splits.sticky.length > 0;
  const lua = [
    ...(isSticky ? [`  lua-load-per-thread ${LUA_FILE}`] : []),
    ...(hasMirrors(routing) ? [`  lua-load-per-thread ${MIRROR_LUA_FILE}`] : []),
  ];
  return `# Written by Gantry; changes are lost.
global
  description ${word(generation)}
  maxconn ${whole(connectionsMax)}
  stats socket unix@${ADMIN_SOCKET} mode 600 level admin expose-fd listeners
  stats timeout 1m
  hard-stop-after 24h
  mworker-max-reloads 50
  spread-checks 20
${['  tune.maxrewrite 4096', ...lua].join('\n')}

defaults
  timeout connect ${CONNECT_WITHIN_MS}ms
  timeout queue 30s
  timeout check 2s
  retries 3
  option redispatch 1
  option clitcpka
  option srvtcpka
  balance roundrobin
`;
}

/** The keys of both maps; a node port counts only where the address is no Service's. */
function target(settings: ProxySettings): string {
  const cidr = cidrWord(settings.serviceCidr);
  return `  tcp-request connection set-var(sess.port) dst_port
  tcp-request connection set-var(sess.slot) dst,concat(:,sess.port),map_str(${MAP_FILES.services})
  tcp-request connection set-var(sess.slot) dst_port,map_str(${MAP_FILES['node-ports']}) if !{ dst ${cidr} }`;
}

/** Asked for each request where Services are split: a connection may be older than what is in force. */
function slotLines(settings: ProxySettings): string[] {
  const [services, nodePorts] = [MAP_FILES.services, MAP_FILES['node-ports']];
  const isUnrouted = '!{ var(txn.rule) -m found }';
  return [
    `  http-request set-var(txn.slot) dst,concat(:,sess.port),map_str(${services}) if ${isUnrouted}`,
    `  http-request set-var(txn.slot) dst_port,map_str(${nodePorts}) if ${isUnrouted} !{ dst ${cidrWord(settings.serviceCidr)} }`,
  ];
}

/** Services whose requests routes treat. */
function parent(settings: ProxySettings): string[] {
  const cidr = cidrWord(settings.serviceCidr);
  return [
    `  tcp-request connection set-var(sess.parent) dst,concat(:,sess.port),map_str(${MAP_FILES.parents})`,
    `  tcp-request connection set-var(sess.parent) dst_port,map_str(${MAP_FILES.parents}) if !{ dst ${cidr} }`,
  ];
}

function httpFrontend(settings: ProxySettings, routing: Routing, words: FrontendWords): string {
  const lines = [
    'frontend http-services',
    '  mode http',
    `  bind *:${whole(settings.httpPort)}`,
    // Rules of connections first: HAProxy warns where they stand after those of requests.
    target(settings),
    ...(routing.entries.length === 0 ? [] : parent(settings)),
    ...words.httpLines,
    ...serviceRouteLines(routing, words, slotLines(settings)),
    // No condition: what was not found leads to no backend, and so to the default.
    '  use_backend %[var(sess.slot)]',
    `  default_backend ${NO_SERVICE_SLOT}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Looked for at each request: only where a rule sets one. */
const RULE_TIMEOUT = '  http-request set-timeout server var(txn.timeout) if { var(txn.timeout) -m found }';

/** A refusal at this early point is one RST. */
function tcpFrontend(settings: ProxySettings, { tcpLines }: FrontendWords): string {
  return `frontend tcp-services
  mode tcp
  bind *:${whole(settings.tcpPort)}
${[...tcpLines, target(settings)].join('\n')}
  tcp-request connection reject if !{ var(sess.slot) -m found }
  use_backend %[var(sess.slot)]
`;
}

function refusal(name: string, reason: string): string {
  return `backend ${name}
  mode http
  ${refusalText(503, reason)}
`;
}

function refusalText(status: number, reason: string): string {
  return `http-request return status ${whole(status)} content-type text/plain string "${word(reason)}\\n" hdr ${REASON_HEADER} ${word(reason)}`;
}

/** @param isTimed whether any rule sets a timeout. */
function backend(slot: Slot, servers: readonly LaidServer[], isTimed: boolean): string {
  const lines = [
    `backend ${word(slot.name)}`,
    `  mode ${slot.mode}`,
    ...modeLines(slot),
    ...(slot.mode === 'http' && isTimed ? [RULE_TIMEOUT] : []),
    ...optionLines(slot),
  ];
  for (const { id, address, port, weight, state } of servers) {
    // A new process has no connections that such a server could finish.
    if (state !== 'ready') continue;
    lines.push(`  server ${word(id)} ${word(address)}:${whole(port)} ${serverSettings(slot, weight)}`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * A connection that could not be made carried nothing: any request is tried again elsewhere. One that was closed before
 * an answer came may have done its work: only what may be done twice is sent again.
 */
function modeLines({ mode, options: { timeoutMs } }: Slot): string[] {
  const silence = timeoutMs === undefined ? undefined : `${whole(timeoutMs)}ms`;
  if (mode === 'tcp') return [`  timeout server ${silence ?? TCP_SILENCE}`];
  return [
    `  timeout server ${silence ?? HTTP_ANSWER_WITHIN}`,
    `  timeout tunnel ${TCP_SILENCE}`,
    '  retry-on conn-failure empty-response',
    '  http-request disable-l7-retry unless { method GET HEAD OPTIONS PUT DELETE }',
  ];
}

function optionLines({ options: { affinitySeconds, connectTimeoutMs } }: Slot): string[] {
  const lines: string[] = [];
  if (connectTimeoutMs !== undefined) lines.push(`  timeout connect ${whole(connectTimeoutMs)}ms`);
  if (affinitySeconds !== undefined) {
    const expire = `${whole(affinitySeconds)}s`;
    lines.push(`  stick-table type ip size ${AFFINITY_CLIENTS_MAX} expire ${expire}`, '  stick on src');
  }
  return lines;
}
