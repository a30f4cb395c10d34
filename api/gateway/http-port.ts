// Which ports of Services speak HTTP, so that requests can be told apart.
import type { ServicePort } from '../kinds/service.ts';

/** What a proxy can treat as HTTP towards the pods too: not `kubernetes.io/h2c`, which stays TCP. */
const HTTP_PROTOCOLS = new Set(['http', 'kubernetes.io/ws']);

/** By `appProtocol`; without one, by the name `http` or `http-…`. */
export function isHttpPort({ appProtocol, name = '', protocol = 'TCP' }: ServicePort): boolean {
  if (protocol !== 'TCP') return false;
  if (appProtocol !== undefined) return HTTP_PROTOCOLS.has(appProtocol.toLowerCase());
  return name === 'http' || name.startsWith('http-');
}
