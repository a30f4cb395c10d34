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
  /** A filter that is not carried out: its requests are refused, as Gateway API has it. */
  isRefused: boolean;
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

export interface Routing {
  frontends: readonly (HttpFrontend | TcpFrontend)[];
  /** Rules of Services; their places are those of the map of parents. */
  entries: readonly Entry[];
  rules: readonly HttpRule[];
}

/** Where a part of a rule's requests goes. */
export interface Share {
  /** Key of a port of a Service; absent where there is none. */
  service?: string;
  weight: number;
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
}

export const NO_ROUTING: Routing = { frontends: [], entries: [], rules: [] };
export const NO_ROUTES: RouteState = {
  routing: NO_ROUTING,
  shares: new Map(),
  parents: new Map(),
  certificates: new Map(),
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
