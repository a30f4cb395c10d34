// A layout and settings as HAProxy's configuration and map files. Pure. Two listeners, chosen by nftables, find the
// backend by the original destination in the maps; what is in no map is refused at once.
import { MAP_FILES, serverSettings, whole, word } from './cli-text.ts';
import { NO_ENDPOINT_SLOT, type LaidServer, type Layout, type MapName, type Slot } from './layout.ts';
import { isIpv4 } from './proxy-servers.ts';
import { invariant } from '@gantry/kit/invariant';
import { trafficLog, trafficRing } from '../traffic-metrics/log-config.ts';

export interface ProxySettings {
  /** Where the whole service range is redirected to. */
  readonly httpPort: number;
  readonly tcpPort: number;
  /** `10.96.0.0/16`. */
  readonly serviceCidr: string;
  /** Connections at once; above some 8,000 the descriptors of a process run out where 20,000 are allowed. */
  readonly connectionsMax: number;
  /** Whether requests are told of over a socket beside the configuration. */
  readonly isCounted?: boolean;
}

export interface RenderedProxy {
  readonly config: string;
  /** Texts by file name. */
  readonly maps: Readonly<Record<string, string>>;
}

/** Relative to the folder of the configuration, since the path of a socket may have but 107 characters. */
export const ADMIN_SOCKET = 'admin.sock';
/** Says why an HTTP request was refused by the proxy itself. */
export const REASON_HEADER = 'x-gantry-proxy-reason';

const NO_SERVICE_BACKEND = 'http-no-service';
const AFFINITY_CLIENTS_MAX = 100_000;
/** Connections without a word: pods and clients that are gone are found by keep-alive probes of the kernel sooner. */
const TCP_SILENCE = '24h';
const HTTP_ANSWER_WITHIN = '10m';

/** @param generation tells this configuration from others in the running process; letters, digits and `-`. */
export function renderConfig(layout: Layout, settings: ProxySettings, generation: string): RenderedProxy {
  const config = [
    globalPart(settings, generation),
    httpFrontend(settings),
    tcpFrontend(settings),
    refusal(NO_SERVICE_BACKEND, 'no-service'),
    refusal(NO_ENDPOINT_SLOT, 'no-endpoint'),
    ...layout.slots.map((slot) => backend(slot, [...(layout.servers.get(slot.name)?.values() ?? [])])),
  ].join('\n');
  return {
    config,
    maps: Object.fromEntries(
      (['services', 'node-ports'] satisfies MapName[]).map((map) => [
        MAP_FILES[map],
        [...layout.maps[map]].map(([key, value]) => `${word(key)} ${word(value)}\n`).join(''),
      ]),
    ),
  };
}

/** `a.b.c.d/n`, or a bug. */
export function cidrWord(cidr: string): string {
  const [address = '', bits = ''] = cidr.split('/');
  const isGood = isIpv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
  invariant(isGood, 'a service range is an IPv4 range');
  return `${address}/${bits}`;
}

function globalPart({ connectionsMax, isCounted }: ProxySettings, generation: string): string {
  return `# Written by Gantry; changes are lost.
global
  description ${word(generation)}
  maxconn ${whole(connectionsMax)}
  stats socket unix@${ADMIN_SOCKET} mode 600 level admin expose-fd listeners
  stats timeout 1m
  hard-stop-after 24h
  mworker-max-reloads 50
  spread-checks 20
${trafficRing(isCounted)}
defaults
  timeout connect 2s
  timeout queue 30s
  timeout check 2s
  retries 3
  option redispatch
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

function httpFrontend(settings: ProxySettings): string {
  return `frontend http-services
  mode http
  bind *:${whole(settings.httpPort)}
  timeout client ${HTTP_ANSWER_WITHIN}
  timeout http-request 30s
  timeout http-keep-alive 1m
  option forwardfor
  option idle-close-on-response
${trafficLog(settings.isCounted, 'http')}${target(settings)}
  use_backend %[var(sess.slot)] if { var(sess.slot) -m found }
  default_backend ${NO_SERVICE_BACKEND}
`;
}

/** A refusal at this early point is one RST. */
function tcpFrontend(settings: ProxySettings): string {
  return `frontend tcp-services
  mode tcp
  bind *:${whole(settings.tcpPort)}
  timeout client ${TCP_SILENCE}
${trafficLog(settings.isCounted, 'tcp')}${target(settings)}
  tcp-request connection reject if !{ var(sess.slot) -m found }
  use_backend %[var(sess.slot)]
`;
}

function refusal(name: string, reason: string): string {
  return `backend ${name}
  mode http
  http-request return status 503 content-type text/plain string "${reason}\\n" hdr ${REASON_HEADER} ${reason}
`;
}

function backend(slot: Slot, servers: readonly LaidServer[]): string {
  const lines = [
    `backend ${word(slot.name)}`,
    `  mode ${slot.mode}`,
    ...modeLines(slot),
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
