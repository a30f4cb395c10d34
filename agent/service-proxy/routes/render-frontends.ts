// Listeners of Gateways and Ingresses as HAProxy's frontends, and how a rule's requests are shared out. Pure.
import { invariant } from '@gantry/kit/invariant';
import { whole, word } from '../cli-text.ts';
import { entryLines, hostCondition, PATH_LINES, ruleLines, type RefusalText } from './render-entries.ts';
import type { HttpFrontend, Place, Routing, ServedCertificate, TcpFrontend } from './routing.ts';

/** How the rest of the configuration speaks of these things. */
export interface FrontendWords {
  refusal: RefusalText;
  routesMap: string;
  noServiceSlot: string;
  /** Lines that every frontend for HTTP has. */
  httpLines: readonly string[];
  /** The same for TCP. */
  tcpLines: readonly string[];
}

const COUNTERS = 'route-turns';
const COUNTERS_MAX = 10_000;
const CERTIFICATE = /^cert-[0-9a-f]{32}\.pem$/;

/** Counters of the turns of rules; nothing without rules. */
export function countersPart({ rules, frontends }: Routing): string[] {
  if (rules.length === 0 && frontends.length === 0) return [];
  return [`backend ${COUNTERS}\n  stick-table type string len 16 size ${COUNTERS_MAX} store gpc0\n`];
}

/** One frontend a port. */
export function frontendParts({ frontends, rules }: Routing, words: FrontendWords): string[] {
  return frontends.map((frontend) => {
    if (frontend.protocol === 'tcp') return tcpPart(frontend, words);
    const used = new Set(frontend.entries.map(({ rule }) => rule));
    const lines = [
      `frontend port-${whole(frontend.port)}`,
      '  mode http',
      `  bind ${bindOf(frontend)}`,
      ...words.httpLines,
      ...(frontend.protocol === 'https' ? ['  http-request set-header X-Forwarded-Proto https'] : []),
      ...PATH_LINES,
      ...placeLines(frontend.places),
      ...entryLines(frontend.entries, `e${whole(frontend.port)}`),
      `  ${words.refusal(404, 'no-route')} if !{ var(txn.rule) -m found }`,
      ...ruleLines(
        rules.filter(({ id }) => used.has(id)),
        words.refusal,
      ),
      ...turnLines('http-request', 'txn', words),
      '  use_backend %[var(txn.slot)] if { var(txn.slot) -m found }',
      `  default_backend ${words.noServiceSlot}`,
    ];
    return `${lines.join('\n')}\n`;
  });
}

/** Rules of Services, within the frontend that all of them share; their place was found with the connection. */
export function serviceRouteLines({ entries, rules }: Routing, words: FrontendWords): string[] {
  if (entries.length === 0) return [];
  const used = new Set(entries.map(({ rule }) => rule));
  return [
    '  http-request set-var(txn.place) var(sess.parent) if { var(sess.parent) -m found }',
    ...PATH_LINES,
    ...entryLines(entries, 'es'),
    `  ${words.refusal(404, 'no-route')} if { var(txn.place) -m found } !{ var(txn.rule) -m found }`,
    ...ruleLines(
      rules.filter(({ id }) => used.has(id)),
      words.refusal,
    ),
    ...turnLines('http-request', 'txn', words).map((line) => onlyWithRule(line)),
    '  use_backend %[var(txn.slot)] if { var(txn.slot) -m found }',
    `  use_backend ${words.noServiceSlot} if { var(txn.rule) -m found }`,
  ];
}

/** Lists of certificates by file name, as `bind … crt-list` reads them. */
export function certificateLists({ frontends }: Routing): Record<string, string> {
  return Object.fromEntries(
    frontends.flatMap((frontend) =>
      frontend.protocol === 'https' ? [[listFile(frontend.port), listText(frontend.certificates)]] : [],
    ),
  );
}

function onlyWithRule(line: string): string {
  return line.includes(' if ') ? line : `${line} if { var(txn.rule) -m found }`;
}

/** Which turn it is, and whose. */
function turnLines(action: string, scope: string, { routesMap }: FrontendWords): string[] {
  const of = (name: string): string => `${scope}.${name}`;
  const several = `{ var(${of('turns')}) -m int gt 1 }`;
  return [
    `  ${action} set-var(${of('turns')}) var(${of('rule')}),map_str(${routesMap},1),add(0)`,
    `  ${action} set-var(${of('turn')}) int(0)`,
    `  ${action} track-sc0 var(${of('rule')}) table ${COUNTERS} if ${several}`,
    `  ${action} set-var(${of('turn')}) sc_inc_gpc0(0,${COUNTERS}),mod(${of('turns')}) if ${several}`,
    `  ${action} set-var(${of('slot')}) var(${of('rule')}),concat(:,${of('turn')}),map_str(${routesMap})`,
  ];
}

function tcpPart({ port, rule }: TcpFrontend, words: FrontendWords): string {
  const lines = [
    `frontend port-${whole(port)}`,
    '  mode tcp',
    `  bind *:${whole(port)}`,
    ...words.tcpLines,
    `  tcp-request connection set-var(sess.rule) str(${word(rule)})`,
    ...turnLines('tcp-request connection', 'sess', words),
    '  tcp-request connection reject if !{ var(sess.slot) -m found }',
    '  use_backend %[var(sess.slot)]',
  ];
  return `${lines.join('\n')}\n`;
}

function bindOf({ port, protocol, certificates }: HttpFrontend): string {
  if (protocol === 'http') return `*:${whole(port)}`;
  const isStrict = certificates.every(({ hosts }) => hosts.length > 0);
  return `*:${whole(port)} ssl crt-list ${listFile(port)} alpn h2,http/1.1 ssl-min-ver TLSv1.2${isStrict ? ' strict-sni' : ''}`;
}

function listFile(port: number): string {
  return `certs-${whole(port)}.list`;
}

/** The first is what clients get that name no host. */
function listText(certificates: readonly ServedCertificate[]): string {
  return certificates
    .map(({ file, hosts }) => `${[certificateName(file), ...hosts.map(sniWord)].join(' ')}\n`)
    .join('');
}

function sniWord(host: string): string {
  return host.startsWith('*.') ? `*.${word(host.slice(2))}` : word(host);
}

/** @throws InvariantError on a name that this program has not made. */
export function certificateName(file: string): string {
  invariant(CERTIFICATE.test(file), 'certificates have names of their content');
  return word(file);
}

function placeLines(places: readonly Place[]): string[] {
  return places.map(({ id, host }) => {
    const condition = host === '' ? '' : ` ${hostCondition(host)}`;
    return `  http-request set-var(txn.place) str(${word(id)}) if !{ var(txn.place) -m found }${condition}`;
  });
}
