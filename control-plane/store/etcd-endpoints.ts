// Addresses of etcd as users write them. Pure.
import { OperationalError } from '@gantry/kit/operational-error';

/** A URL leaves these out even where they were written. */
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The addresses in the form that the client wants: `http://host:port`, nothing behind it. Without a scheme http is meant.
 *
 * @throws OperationalError `etcd-endpoint-invalid` that names the address and what is wrong with it.
 */
export function readEndpoints(endpoints: readonly string[]): string[] {
  if (endpoints.length === 0) throw invalid('no etcd address is given');
  const urls = endpoints.map(readEndpoint);
  if (new Set(urls.map((url) => url.protocol)).size > 1)
    throw invalid(`etcd addresses have to be all http or all https: ${endpoints.join(', ')}`);
  return urls.map((url) => `${url.protocol}//${url.hostname}:${url.port || DEFAULT_PORTS[url.protocol]}`);
}

function readEndpoint(text: string): URL {
  const trimmed = text.trim();
  const whole = trimmed.includes('://') ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(whole))
    throw invalid(`etcd address "${text}" is no URL; write it like http://127.0.0.1:2379`);
  const url = new URL(whole);
  // Not repeated in the message: it would show the password.
  if (url.username !== '') throw invalid(`the etcd address of ${url.host} may not hold a user`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid(`etcd address "${text}" has to begin with http:// or https://`);
  if (url.pathname !== '/' || url.search !== '')
    throw invalid(`etcd address "${text}" may hold only scheme, host and port`);
  if (!/:\d+\/?$/.test(whole)) throw invalid(`etcd address "${text}" has no port; etcd's own is 2379`);
  return url;
}

function invalid(message: string): OperationalError {
  return new OperationalError('etcd-endpoint-invalid', message);
}
