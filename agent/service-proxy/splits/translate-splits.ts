// TrafficSplits of the cluster as what one node does with requests and connections. Pure: the same lists give the same
// splits, in whatever order they come. A backend's Service stands for its own pods, whatever split that one may have.
import { createHash } from 'node:crypto';
import { byAge } from '@gantry/api/gateway/classes';
import { nameOf } from '@gantry/api/gateway/listeners';
import { brokenRule } from '@gantry/api/gateway/survey';
import type { Service, ServicePort } from '@gantry/api/kinds/service';
import {
  trafficSplitKind,
  type SplitMatch,
  type SplitRule,
  type SplitSource,
  type TrafficSplit,
} from '@gantry/api/kinds/traffic-split';
import type { ProxyMode } from '../proxy-state.ts';
import { pathOf, valueOf } from '../routes/http-rules.ts';
import { mirrorId } from '../routes/route-builder.ts';
import type { RouteIssue } from '../routes/route-issues.ts';
import {
  NO_SPLIT_ROUTING,
  type HttpSplit,
  type Mirror,
  type Share,
  type SplitEntry,
  type SplitRouting,
  type StickyRule,
} from '../routes/routing.ts';

export interface SplitWorld {
  splits: readonly TrafficSplit[];
  service(namespace: string, name: string): Service | undefined;
  /** Key of a port of a Service in a mode; the proxy makes sure that there is one. */
  target(service: Service, port: ServicePort, mode: ProxyMode): string;
  /** Modes in which a port of a Service is reached by anybody. */
  modes(service: Service, port: ServicePort): readonly { key: string; mode: ProxyMode }[];
  /** So many more matches may be held against requests. */
  entriesMax: number;
  /** Whether this HAProxy can tell a user's side, and copy requests. */
  hasLua: boolean;
}

/** Where connections to a port that does not speak HTTP go. */
export interface TcpSplit {
  /** Of the port that is split. */
  key: string;
  /** Names of the Services of all backends. */
  names: readonly string[];
  shares: readonly Share[];
}

export interface TranslatedSplits {
  routing: SplitRouting;
  /** By key of a port. */
  http: ReadonlyMap<string, HttpSplit>;
  tcp: readonly TcpSplit[];
  mirrors: readonly Mirror[];
  /** Key of a port by mirror. */
  mirrored: ReadonlyMap<string, string>;
  issues: readonly RouteIssue[];
}

/** Digits of a split's name: a key of the counters has 16 signs. */
const ID_DIGITS = 11;

/** The splits and what of them could not be done. */
export function translateSplits(world: SplitWorld): TranslatedSplits {
  const translation = new Translation(world);
  // All places first: where only splits lead nobody comes in.
  const places = world.splits.toSorted(byAge).flatMap((split) => translation.places(split));
  for (const place of places) translation.add(place);
  return translation;
}

/** Where a split takes requests: a port of its Service, in a mode. */
interface SplitPlace {
  split: TrafficSplit;
  port: ServicePort;
  at: string;
  mode: ProxyMode;
}

class Translation implements TranslatedSplits {
  readonly http = new Map<string, HttpSplit>();
  readonly tcp: TcpSplit[] = [];
  readonly mirrors: Mirror[] = [];
  readonly mirrored = new Map<string, string>();
  readonly issues: RouteIssue[] = [];
  readonly #world: SplitWorld;
  readonly #entries: SplitEntry[] = [];
  readonly #sticky: StickyRule[] = [];
  /** Who splits a Service. */
  readonly #owners = new Map<string, string>();

  constructor(world: SplitWorld) {
    this.#world = world;
  }

  get routing(): SplitRouting {
    if (this.http.size === 0) return NO_SPLIT_ROUTING;
    return { isUsed: true, entries: this.#entries, sticky: this.#sticky };
  }

  places(split: TrafficSplit): SplitPlace[] {
    const key = keyOf(split);
    const broken = brokenRule(trafficSplitKind, split);
    if (broken !== undefined) {
      this.issues.push({ type: 'bad-object', key, message: `${broken.path}: ${broken.message}` });
      return [];
    }
    const { namespace = '' } = split.metadata;
    const name = `${namespace}/${split.spec.service}`;
    const by = this.#owners.get(name);
    if (by !== undefined) {
      this.issues.push({ type: 'split-surplus', key, by });
      return [];
    }
    this.#owners.set(name, key);
    const service = this.#world.service(namespace, split.spec.service);
    if (service === undefined) {
      this.issues.push({ type: 'split-backend-missing', key, backend: `Service ${name}` });
      return [];
    }
    return tcpPorts(service).flatMap((port) =>
      this.#world.modes(service, port).map(({ key: at, mode }) => ({ split, port, at, mode })),
    );
  }

  add(place: SplitPlace): void {
    if (place.mode === 'http') this.#http(place);
    else this.#tcp(place);
  }

  #http({ split, port, at }: SplitPlace): void {
    const key = keyOf(split);
    const { rules } = split.spec;
    const id = splitId(at);
    const matches = rules.flatMap(({ matches: own = [] }) => own).length;
    const isTooMuch = this.#entries.length + matches > this.#world.entriesMax;
    if (isTooMuch) this.issues.push({ type: 'entries-surplus', key });
    const kept = rules.filter(({ matches: own = [] }) => own.length === 0 || !isTooMuch);
    const shares = kept.map((rule, index) => {
      const isLast = index === kept.length - 1;
      const name = `${id}.${isLast ? LAST_RULE : index}`;
      for (const match of rule.matches ?? []) this.#entries.push(entryOf(match, id, name));
      const { sticky } = rule;
      const isSticky = sticky !== undefined && this.#world.hasLua;
      if (isSticky) this.#sticky.push({ rule: name, by: sourceOf(sticky.by), salt: sticky.salt });
      else if (sticky !== undefined) this.issues.push({ type: 'sticky-unavailable', key });
      this.#mirror(split, port, rule, name);
      return { rule: name, shares: this.#shares(split, port, rule, 'http'), isSticky };
    });
    this.http.set(at, { id, rules: shares });
  }

  #mirror(split: TrafficSplit, port: ServicePort, { mirror }: SplitRule, rule: string): void {
    if (mirror === undefined || mirror.percent === 0) return;
    if (!this.#world.hasLua) {
      this.issues.push({ type: 'mirror-unavailable', key: keyOf(split) });
      return;
    }
    const [share] = this.#shares(split, port, { backends: [{ service: mirror.service, weight: 1 }] }, 'http');
    if (share?.service === undefined) return;
    const id = mirrorId(rule, 0);
    this.mirrors.push({ ...{ id, rule, numerator: mirror.percent }, of: 'split', denominator: 100 });
    this.mirrored.set(id, share.service);
  }

  /** Connections say nothing of themselves: all of them are the last rule's. */
  #tcp({ split, port, at }: SplitPlace): void {
    const rule = split.spec.rules.at(-1);
    if (rule === undefined) return;
    const names = rule.backends.map(({ service }) => service);
    this.tcp.push({ key: at, names, shares: this.#shares(split, port, rule, 'tcp') });
  }

  #shares(split: TrafficSplit, port: ServicePort, { backends }: SplitRule, mode: ProxyMode): Share[] {
    const { namespace = '' } = split.metadata;
    return backends.map(({ service: name, weight }) => {
      const service = this.#world.service(namespace, name);
      const own = service && portLike(service, port);
      if (service !== undefined && own !== undefined)
        return { service: this.#world.target(service, own, mode), weight };
      const wanted = service === undefined ? '' : ` with port ${port.port}`;
      const backend = `Service ${namespace}/${name}${wanted}`;
      this.issues.push({ type: 'split-backend-missing', key: keyOf(split), backend });
      return { weight };
    });
  }
}

function keyOf(split: TrafficSplit): string {
  return `TrafficSplit ${nameOf(split)}`;
}

/** The rule without matches. */
export const LAST_RULE = 'd';

/** The port of another Service that stands for a port of this one: the same number, else the same name. */
function portLike(service: Service, { port, name = '' }: ServicePort): ServicePort | undefined {
  const ports = tcpPorts(service);
  const isNamed = (other: ServicePort): boolean => name !== '' && other.name === name;
  return ports.find((other) => other.port === port) ?? ports.find(isNamed);
}

/** The API takes no number twice; should it happen, the first has it, as with addresses. */
function tcpPorts({ spec }: Service): ServicePort[] {
  const ports = (spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  return ports.filter(({ port }, at) => ports.findIndex((other) => other.port === port) === at);
}

/** Made of the key alone, so that it stays when other splits come and go. */
function splitId(key: string): string {
  return `x${createHash('sha256').update(key).digest('hex').slice(0, ID_DIGITS)}`;
}

function entryOf(
  { request = {}, cookies = [], claims = [] }: SplitMatch,
  split: string,
  rule: string,
): SplitEntry {
  const { path, method, headers = [], queryParams = [] } = request;
  return {
    split,
    ...(path === undefined ? {} : { path: pathOf(path.type, path.value ?? '/') }),
    ...(method === undefined ? {} : { method }),
    headers: headers.map(valueOf),
    params: queryParams.map(valueOf),
    ...{ cookies, claims, rule },
  };
}

function sourceOf({ header, cookie, claim = '' }: SplitSource): StickyRule['by'] {
  if (header !== undefined) return { type: 'header', name: header };
  return cookie === undefined ? { type: 'claim', name: claim } : { type: 'cookie', name: cookie };
}
