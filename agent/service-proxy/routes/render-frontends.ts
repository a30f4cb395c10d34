// Listeners of Gateways and Ingresses as HAProxy's frontends, and how a rule's requests are shared out. Pure.
import { invariant } from '@gantry/kit/invariant';
import { whole, word } from '../cli-text.ts';
import { entryLines, hostCondition, PATH_LINES, ruleLines, type RefusalText } from './render-entries.ts';
import { mirrorLines } from '../mirrors/render-mirrors.ts';
import { splitLines } from '../splits/render-splits.ts';
import { choiceLines, targetLine, type ChoiceNames } from '../render-choices.ts';
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

const CERTIFICATE = /^cert-[0-9a-f]{32}\.pem$/;

/** One frontend a port. */
export function frontendParts(
  { frontends, rules, mirrors, splits }: Routing,
  words: FrontendWords,
): string[] {
  return frontends.map((frontend) => {
    if (frontend.protocol === 'tcp') return tcpPart(frontend, words);
    const used = new Set(frontend.entries.map(({ rule }) => rule));
    const prefix = `e${whole(frontend.port)}`;
    const lines = [
      `frontend port-${whole(frontend.port)}`,
      '  mode http',
      `  bind ${bindOf(frontend)}`,
      ...words.httpLines,
      ...(frontend.protocol === 'https' ? ['  http-request set-header X-Forwarded-Proto https'] : []),
      ...PATH_LINES,
      ...placeLines(frontend.places),
      ...entryLines(frontend.entries, prefix),
      `  ${words.refusal(404, 'no-route')} if !{ var(txn.rule) -m found }`,
      ...routedLines(words),
      ...splitLines(splits, words.routesMap, prefix, [targetLine('http-request', ROUTE, words.routesMap)]),
      ...ruleLines(rules.filter(({ id }) => used.has(id))),
      ...mirrorLines(mirrors, used, words.routesMap),
      '  use_backend %[var(txn.slot)] if { var(txn.slot) -m found }',
      `  default_backend ${words.noServiceSlot}`,
    ];
    return `${lines.join('\n')}\n`;
  });
}

/**
 * Rules of Services and splits, within the frontend that all Services share; the place of a rule was found with the
 * connection.
 *
 * @param slotLines find the slot, or split, of a request that no rule treats.
 */
export function serviceRouteLines(
  { entries, rules, mirrors, splits }: Routing,
  words: FrontendWords,
  slotLines: readonly string[],
): string[] {
  if (entries.length === 0 && !splits.isUsed) return [];
  const used = new Set(entries.map(({ rule }) => rule));
  const routed = entries.length > 0;
  const needsPath = routed || splits.entries.some(({ path }) => path !== undefined);
  const again = [...(routed ? [targetLine('http-request', ROUTE, words.routesMap)] : []), ...slotLines];
  return [
    ...(routed
      ? ['  http-request set-var(txn.place) var(sess.parent) if { var(sess.parent) -m found }']
      : []),
    ...(needsPath ? PATH_LINES : []),
    ...entryLines(entries, 'es'),
    ...(routed
      ? [`  ${words.refusal(404, 'no-route')} if { var(txn.place) -m found } !{ var(txn.rule) -m found }`]
      : []),
    ...(routed ? routedLines(words).map((line) => onlyWithRule(line)) : []),
    ...(splits.isUsed ? slotLines : []),
    ...splitLines(splits, words.routesMap, 'es', again),
    ...ruleLines(rules.filter(({ id }) => used.has(id))),
    ...mirrorLines(mirrors, used, words.routesMap),
    '  use_backend %[var(txn.slot)] if { var(txn.slot) -m found }',
    ...(routed ? [`  use_backend ${words.noServiceSlot} if { var(txn.rule) -m found }`] : []),
  ];
}

/** Where requests of a rule go. */
function routedLines({ routesMap }: FrontendWords): string[] {
  return [...choiceLines('http-request', ROUTE, routesMap), targetLine('http-request', ROUTE, routesMap)];
}

const ROUTE: ChoiceNames = { scope: 'txn', rule: 'rule', counter: 0 };
const CONNECTION: ChoiceNames = { scope: 'sess', rule: 'rule', counter: 0 };

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

function tcpPart({ port, rule }: TcpFrontend, words: FrontendWords): string {
  const lines = [
    `frontend port-${whole(port)}`,
    '  mode tcp',
    `  bind *:${whole(port)}`,
    ...words.tcpLines,
    `  tcp-request connection set-var(sess.rule) str(${word(rule)})`,
    ...choiceLines('tcp-request connection', CONNECTION, words.routesMap),
    targetLine('tcp-request connection', CONNECTION, words.routesMap),
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
