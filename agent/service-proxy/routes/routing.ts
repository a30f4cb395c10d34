// What the proxy of a node does with requests that are told apart: plain data, in order, without any decision left.
// Everything here is static: another value is a reload. What changes often, the shares of backends, stands beside it.

/** A header or a parameter of the query. */
export interface ValueMatch {
  name: string;
  value: string;
  isRegex: boolean;
}

export interface PathMatch {
  type: 'exact' | 'prefix' | 'regex';
  /** A prefix without the slash at its end; empty for all paths. */
  value: string;
}

/** Requests at one place for which all of it holds belong to a rule. The first that fits counts. */
export interface Entry {
  place: string;
  /** Empty for all hosts of the place. */
  host: string;
  path: PathMatch;
  method?: string;
  headers: readonly ValueMatch[];
  params: readonly ValueMatch[];
  rule: string;
}

export interface HeaderChange {
  type: 'set' | 'add' | 'del';
  name: string;
  value: string;
}

export type PathChange =
  | { type: 'full'; value: string }
  /** `prefix` as in {@link PathMatch}. */
  | { type: 'prefix'; prefix: string; value: string };

export interface Redirect {
  scheme?: 'http' | 'https';
  host?: string;
  port?: number;
  code: number;
}

/** What is done to the requests of a rule. Where they go is told by its shares. */
export interface HttpRule {
  id: string;
  request: readonly HeaderChange[];
  response: readonly HeaderChange[];
  path?: PathChange;
  host?: string;
  redirect?: Redirect;
  timeoutMs?: number;
}

/** Who gets copies of a rule's requests, and of how many of them: so many out of so many, by chance. */
export interface Mirror {
  /** Its key in the map of routes: `<rule>:m0`, `<rule>:m1`. */
  id: string;
  rule: string;
  /** Whose rule it is. */
  of: 'route' | 'split';
  numerator: number;
  denominator: number;
}

/** Hosts of a port that are told apart before rules are looked at. */
export interface Place {
  id: string;
  host: string;
}

/** Certificates are files whose names are made of their content. */
export interface ServedCertificate {
  file: string;
  /** Empty for those that every client gets that names no other host. */
  hosts: readonly string[];
}

export interface HttpFrontend {
  port: number;
  protocol: 'http' | 'https';
  /** The most specific first. */
  places: readonly Place[];
  entries: readonly Entry[];
  certificates: readonly ServedCertificate[];
}

export interface TcpFrontend {
  port: number;
  protocol: 'tcp';
  rule: string;
}

/** Requests of a split that one of its rules takes before others. The first that fits counts. */
export interface SplitEntry extends Omit<Entry, 'place' | 'host' | 'rule' | 'path'> {
  split: string;
  path?: PathMatch;
  cookies: readonly { name: string; value: string }[];
  claims: readonly { name: string; value: string }[];
  rule: string;
}

/** A rule of a split whose users stay on their side. */
export interface StickyRule {
  rule: string;
  by: { type: 'header' | 'cookie' | 'claim'; name: string };
  salt: string;
}

/** What of splits needs a reload: that there are any, and what tells requests and users apart. */
export interface SplitRouting {
  isUsed: boolean;
  entries: readonly SplitEntry[];
  sticky: readonly StickyRule[];
}

export interface Routing {
  frontends: readonly (HttpFrontend | TcpFrontend)[];
  /** Rules of Services; their places are those of the map of parents. */
  entries: readonly Entry[];
  rules: readonly HttpRule[];
  mirrors: readonly Mirror[];
  splits: SplitRouting;
}

/** Where a part of a rule's requests goes. */
export interface Share {
  /** Key of a port of a Service; absent where there is none. */
  service?: string;
  weight: number;
}

/** A rule of a split, and where its requests go. */
export interface SplitRuleShares {
  rule: string;
  shares: readonly Share[];
  isSticky: boolean;
}

/** What becomes of HTTP requests to a port of a Service that is split. */
export interface HttpSplit {
  /** Stands in maps where a slot would. */
  id: string;
  rules: readonly SplitRuleShares[];
}

/** By key of a port of a Service. */
export interface SplitState {
  http: ReadonlyMap<string, HttpSplit>;
  /** Whose servers take its connections. */
  tcp: ReadonlyMap<string, string>;
}

/** Routing and all that changes without a reload. */
export interface RouteState {
  routing: Routing;
  /** By rule. */
  shares: ReadonlyMap<string, readonly Share[]>;
  /** Place by `address:port` of a Service, or by node port. */
  parents: ReadonlyMap<string, string>;
  /** PEM with private key, by file name. Never part of a layout, which is told to logs and kept. */
  certificates: ReadonlyMap<string, string>;
  splits: SplitState;
  /** Key of a port of a Service by mirror. */
  mirrored: ReadonlyMap<string, string>;
}

export const NO_SPLIT_ROUTING: SplitRouting = { isUsed: false, entries: [], sticky: [] };
export const NO_ROUTING: Routing = {
  ...{ frontends: [], entries: [], rules: [], mirrors: [] },
  splits: NO_SPLIT_ROUTING,
};
export const NO_SPLIT_STATE: SplitState = { http: new Map(), tcp: new Map() };
export const NO_ROUTES: RouteState = {
  routing: NO_ROUTING,
  shares: new Map(),
  parents: new Map(),
  certificates: new Map(),
  splits: NO_SPLIT_STATE,
  mirrored: new Map(),
};

const keys = new WeakMap<Routing, string>();

/** The same for equal routing. */
export function routingKey(routing: Routing): string {
  const known = keys.get(routing);
  if (known !== undefined) return known;
  const key = JSON.stringify(routing);
  keys.set(routing, key);
  return key;
}
