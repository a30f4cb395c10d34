// What holds for the ways in which a pod resolves names. The rules and limits are Kubernetes'.
import type { Issue } from '../../issue.ts';
import { required, tooLong } from '../../issues.ts';
import { dnsSubdomainProblem, ipAddressProblem } from '../../names.ts';
import { textIssues } from '../check-metadata.ts';
import type { PodSpec } from './pod-spec.ts';

const NAMESERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCHES_CHARACTERS_MAX = 2_048;

/** Issues of `dnsPolicy` and `dnsConfig` of the pod spec at `path`. */
export function dnsIssues({ dnsPolicy, dnsConfig = {} }: PodSpec, path: string): Issue[] {
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const at = `${path}.dnsConfig`;
  return [
    ...(dnsPolicy === 'None' && nameservers.length === 0
      ? [required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
      : []),
    ...(nameservers.length > NAMESERVERS_MAX
      ? [tooLong(`${at}.nameservers`, `must not have more than ${NAMESERVERS_MAX} nameservers`)]
      : nameservers.flatMap((server, index) =>
          textIssues(`${at}.nameservers[${index}]`, server, ipAddressProblem),
        )),
    ...searchIssues(searches, `${at}.searches`),
    ...options.flatMap(({ name = '', value = '' }, index) =>
      optionIssues(name, value, `${at}.options[${index}]`),
    ),
  ];
}

function searchIssues(searches: readonly string[], at: string): Issue[] {
  if (searches.length > SEARCHES_MAX)
    return [tooLong(at, `must not have more than ${SEARCHES_MAX} search paths`)];
  if (searches.join(' ').length > SEARCHES_CHARACTERS_MAX)
    return [tooLong(at, `must not have more than ${SEARCHES_CHARACTERS_MAX} characters in all`)];
  return searches.flatMap((search, index) => textIssues(`${at}[${index}]`, search, searchProblem));
}

/** Underscores are allowed, and a dot at the end; a dot alone keeps all search away. */
function searchProblem(search: string): string | undefined {
  if (search === '.') return undefined;
  return dnsSubdomainProblem(search.replace(/\.$/, '').replaceAll('_', 'x')) === undefined
    ? undefined
    : dnsSubdomainProblem(search);
}

function optionIssues(name: string, value: string, at: string): Issue[] {
  if (name === '') return [required(`${at}.name`, 'an option has a name')];
  return [
    ...textIssues(`${at}.name`, name, wordProblem),
    ...(value === '' ? [] : textIssues(`${at}.value`, value, wordProblem)),
  ];
}

/** They become words of a line of resolv.conf. */
function wordProblem(text: string): string | undefined {
  if (/^[\x21-\x7e]{1,63}$/.test(text)) return undefined;
  return 'must be 1 to 63 printable characters without spaces (e.g. ndots)';
}
