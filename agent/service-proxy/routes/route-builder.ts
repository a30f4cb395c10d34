// Gathers what routes ask for, port by port, and names places and rules in a fixed order. Only `translate.ts` uses it.
import { bySpecificHost } from '@gantry/api/gateway/hosts';
import type { HTTPRouteRule } from '@gantry/api/kinds/http-route';
import { readRule } from './http-rules.ts';
import { byPrecedence } from './precedence.ts';
import type { RouteIssue } from './route-issues.ts';
import {
  NO_SPLIT_ROUTING,
  NO_SPLIT_STATE,
  type Entry,
  type HttpFrontend,
  type HttpRule,
  type Mirror,
  type Place,
  type RouteState,
  type ServedCertificate,
  type Share,
  type TcpFrontend,
} from './routing.ts';

/** Matches of all rules that a proxy takes: each request is held against those of its port. */
export const ENTRIES_MAX = 2_000;

interface HttpPort {
  protocol: 'http' | 'https';
  places: Map<string, Place>;
  entries: Entry[];
  /** Hosts by file. */
  certificates: Map<string, Set<string>>;
}

/** Where a rule's requests go, and copies of them. */
export interface RuleTargets {
  shares: readonly Share[];
  mirrors?: readonly { service: string; numerator: number; denominator: number }[];
}

export class RouteBuilder {
  readonly issues: RouteIssue[];
  readonly #ports = new Map<number, HttpPort>();
  readonly #tcp = new Map<number, TcpFrontend>();
  readonly #rules: HttpRule[] = [];
  readonly #shares = new Map<string, readonly Share[]>();
  readonly #mirrors: Mirror[] = [];
  readonly #mirrored = new Map<string, string>();
  readonly #parents = new Map<string, string>();
  readonly #certificates = new Map<string, string>();
  readonly #serviceEntries: Entry[] = [];
  #places = 0;
  #named = 0;
  #entries = 0;

  constructor(issues: RouteIssue[]) {
    this.issues = issues;
  }

  /** The place of a host on a port; made when it is new. Undefined when the port has another protocol. */
  place(port: number, protocol: 'http' | 'https', host: string): string | undefined {
    if (this.#tcp.has(port)) return undefined;
    const known = this.#ports.get(port);
    if (known !== undefined && known.protocol !== protocol) return undefined;
    const at: HttpPort = known ?? { protocol, places: new Map(), entries: [], certificates: new Map() };
    this.#ports.set(port, at);
    const place = at.places.get(host) ?? { id: this.#placeId(), host };
    at.places.set(host, place);
    return place.id;
  }

  /** The place of a port of a Service, by the keys of the map of parents. */
  parent(keys: readonly string[]): string {
    const id = this.#parents.get(keys[0] ?? '') ?? this.#placeId();
    for (const key of keys) this.#parents.set(key, id);
    return id;
  }

  certificate(port: number, host: string, file: string, pem: string): void {
    const certificates = this.#ports.get(port)?.certificates;
    if (certificates === undefined) return;
    certificates.set(file, (certificates.get(file) ?? new Set()).add(host));
    this.#certificates.set(file, pem);
  }

  /** One rule at several places; they share its counter, its backends and its mirrors. */
  rule(
    key: string,
    rule: HTTPRouteRule,
    at: readonly { port?: number; place: string; host: string }[],
    { shares, mirrors = [] }: RuleTargets,
  ): void {
    for (const { rule: read, matches } of readRule(rule)) {
      if (this.#entries + (matches.length + mirrors.length) * at.length > ENTRIES_MAX) {
        this.issues.push({ type: 'entries-surplus', key });
        return;
      }
      const id = this.#ruleId();
      this.#rules.push({ id, ...read });
      if (read.redirect === undefined) this.#goesTo(id, { shares, mirrors });
      for (const { port, place, host } of at) {
        const entries = port === undefined ? this.#serviceEntries : (this.#ports.get(port)?.entries ?? []);
        entries.push(...matches.map((match) => ({ place, host, ...match, rule: id })));
        this.#entries += matches.length + mirrors.length;
      }
    }
  }

  /** The first route of a port has it. */
  tcp(port: number, shares: readonly Share[]): void {
    if (this.#tcp.has(port) || this.#ports.has(port)) return;
    const rule = this.#ruleId();
    this.#tcp.set(port, { port, protocol: 'tcp', rule });
    this.#shares.set(rule, shares);
  }

  build(): RouteState {
    const http = [...this.#ports].flatMap(([port, at]) => frontendOf(port, at));
    const frontends = [...http, ...this.#tcp.values()].sort((a, b) => a.port - b.port);
    return {
      routing: {
        frontends,
        entries: this.#serviceEntries.toSorted(byPrecedence),
        rules: this.#rules,
        mirrors: this.#mirrors,
        splits: NO_SPLIT_ROUTING,
      },
      shares: this.#shares,
      parents: this.#parents,
      certificates: this.#certificates,
      splits: NO_SPLIT_STATE,
      mirrored: this.#mirrored,
    };
  }

  #goesTo(rule: string, { shares, mirrors = [] }: RuleTargets): void {
    this.#shares.set(rule, shares);
    mirrors.forEach(({ service, numerator, denominator }, at) => {
      const id = mirrorId(rule, at);
      this.#mirrors.push({ ...{ id, rule, numerator, denominator }, of: 'route' });
      this.#mirrored.set(id, service);
    });
  }

  #placeId(): string {
    this.#places += 1;
    return `p${this.#places}`;
  }

  #ruleId(): string {
    this.#named += 1;
    return `r${this.#named}`;
  }
}

/** The key of a rule's mirror in the map of routes. */
export function mirrorId(rule: string, at: number): string {
  return `${rule}:m${at}`;
}

/** HTTPS without any certificate cannot begin. */
function frontendOf(port: number, { protocol, places, entries, certificates }: HttpPort): HttpFrontend[] {
  if (protocol === 'https' && certificates.size === 0) return [];
  const served = [...certificates].map(([file, hosts]): ServedCertificate => {
    // One that is for all hosts is for those too that it names.
    return { file, hosts: hosts.has('') ? [] : [...hosts].sort(bySpecificHost) };
  });
  return [
    {
      ...{ port, protocol },
      places: [...places.values()].sort((a, b) => bySpecificHost(a.host, b.host)),
      entries: entries.toSorted(byPrecedence),
      certificates: served.sort((a, b) => Math.min(a.hosts.length, 1) - Math.min(b.hosts.length, 1)),
    },
  ];
}
