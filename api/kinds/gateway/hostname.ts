// Hosts of listeners and routes.
import { dnsSubdomainProblem, ipAddressProblem, type TextRule } from '../../names.ts';

/** A host, or `*.` and a domain. */
export const hostnameProblem: TextRule = (hostname) => {
  const host = hostname.startsWith('*.') ? hostname.slice(2) : hostname;
  if (ipAddressProblem(host) === undefined) return 'must be a name, not an address';
  return dnsSubdomainProblem(host);
};
