// An Ingress in the words of routes: hosts, rules and backends. Pure; the nodes route by it and the control plane tells
// of it.
import type { HTTPBackendRef, HTTPRouteRule } from '../kinds/http-route.ts';
import type { Ingress, IngressBackend } from '../kinds/ingress.ts';
import type { Service } from '../kinds/service.ts';

/** Rules of one host of an Ingress; empty for all others. */
export interface IngressHost {
  host: string;
  rules: readonly HTTPRouteRule[];
}

/** @param service finds a Service of the Ingress's namespace. */
export function ingressHosts(
  { spec }: Ingress,
  service: (name: string) => Service | undefined,
): IngressHost[] {
  const hosts = (spec?.rules ?? []).map(({ host = '', http }): IngressHost => ({
    host,
    rules: (http?.paths ?? []).map(({ path = '/', pathType, backend }) =>
      ruleOf(pathType === 'Exact' ? 'Exact' : 'PathPrefix', path === '' ? '/' : path, backend, service),
    ),
  }));
  const { defaultBackend } = spec ?? {};
  if (defaultBackend === undefined) return hosts;
  const otherwise = ruleOf('PathPrefix', '/', defaultBackend, service);
  return [...hosts, ...withAnyHost(hosts).map((host) => ({ host, rules: [otherwise] }))];
}

/** Requests for a host of the Ingress that none of its paths takes go to the default backend too. */
function withAnyHost(hosts: readonly IngressHost[]): string[] {
  return [...new Set([...hosts.map(({ host }) => host), ''])];
}

function ruleOf(
  type: 'Exact' | 'PathPrefix',
  value: string,
  backend: IngressBackend,
  service: (name: string) => Service | undefined,
): HTTPRouteRule {
  return { matches: [{ path: { type, value } }], backendRefs: [backendOf(backend, service)] };
}

/** Port 0 is none: the backend then is not found. */
function backendOf(
  { service: named }: IngressBackend,
  service: (name: string) => Service | undefined,
): HTTPBackendRef {
  const { name = '', port = {} } = named ?? {};
  const found = service(name)?.spec.ports?.find((one) => one.name === port.name);
  return { name, port: port.number !== undefined && port.number !== 0 ? port.number : (found?.port ?? 0) };
}
