// Rules of routes in HAProxy's words: which requests they take and what is done to them. Pure. Whatever a user wrote is
// written as hexadecimal digits, but for names that are words and expressions that were read and written anew: nothing
// can end a word, a line or a string.
import { safeRegex } from '@gantry/api/gateway/safe-regex';
import { invariant } from '@gantry/kit/invariant';
import { whole, word } from '../cli-text.ts';
import type {
  Entry,
  HeaderChange,
  HttpRule,
  PathChange,
  PathMatch,
  Redirect,
  ValueMatch,
} from './routing.ts';

/** Says what is wrong with a request that was not passed on. */
export type RefusalText = (status: number, reason: string) => string;

const METHOD = /^[A-Z]{3,7}$/;
const HEADER = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** Path and host as rules compare them. */
export const PATH_LINES: readonly string[] = [
  '  http-request set-var(txn.host) hdr(host),host_only,lower',
  '  http-request set-var(txn.path) path,hex',
  '  http-request set-var(txn.parts) path,concat(/),hex',
];

/** Upper-case hexadecimal digits of a text in UTF-8, as HAProxy's converter `hex` writes them. */
export function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex').toUpperCase();
}

/** Finds the rule of a request: the first that fits is kept. @param prefix of the names of conditions. */
export function entryLines(entries: readonly Entry[], prefix: string): string[] {
  return entries.flatMap((entry, at) => {
    const { acls, conditions } = requestConditions(entry, `${word(prefix)}-${at}`);
    const host = entry.host === '' ? [] : [hostCondition(entry.host)];
    const all = [`{ var(txn.place) -m str ${word(entry.place)} }`, ...host, ...conditions];
    return [
      ...acls,
      `  http-request set-var(txn.rule) str(${word(entry.rule)}) if !{ var(txn.rule) -m found } ${all.join(' ')}`,
    ];
  });
}

/** What a request has to be; conditions of an entry stand in one line. */
export function requestConditions(
  { path, method, headers, params }: Pick<Entry, 'method' | 'headers' | 'params'> & { path?: PathMatch },
  prefix: string,
): { acls: string[]; conditions: string[] } {
  const own = path === undefined ? undefined : pathCondition(path);
  invariant(method === undefined || METHOD.test(method), 'methods are words');
  const { acls, conditions } = namedConditions(
    [
      ...headers.map((match) => valueCondition(`req.fhdr(${headerName(match.name)})`, match)),
      ...params.map((match) => valueCondition(`urlp(${headerName(match.name)}),url_dec(1)`, match)),
    ],
    prefix,
  );
  return {
    acls,
    conditions: [
      ...(own === undefined ? [] : [own]),
      ...(method === undefined ? [] : [`{ method ${method} }`]),
      ...conditions,
    ],
  };
}

/** A line has room for few words only: what may be many has names. */
export function namedConditions(
  named: readonly string[],
  prefix: string,
): { acls: string[]; conditions: string[] } {
  const names = named.map((_, index) => `${word(prefix)}-${index}`);
  return {
    acls: named.map((condition, index) => `  acl ${names[index] ?? ''} ${condition}`),
    conditions: names,
  };
}

/** Hosts: a wildcard takes any number of parts. */
export function hostCondition(host: string): string {
  return host.startsWith('*.')
    ? `{ var(txn.host) -m end ${word(host.slice(1))} }`
    : `{ var(txn.host) -m str ${word(host)} }`;
}

function pathCondition({ type, value }: PathMatch): string | undefined {
  if (type === 'exact') return `{ var(txn.path) -m str ${hex(value)} }`;
  if (type === 'regex') return `{ path -m reg '${wholeRegex(value)}' }`;
  return value === '' ? undefined : `{ var(txn.parts) -m beg ${hex(value)}2F }`;
}

/** A sample that is a value, or fits an expression. */
export function valueCondition(sample: string, { value, isRegex }: ValueMatch): string {
  return isRegex ? `${sample} -m reg '${wholeRegex(value)}'` : `${sample},hex -m str ${hex(value)}`;
}

function wholeRegex(text: string): string {
  const read = safeRegex(text);
  invariant('pattern' in read, 'regular expressions were checked');
  return `^(?:${read.pattern})$`;
}

/** What is done to requests and answers, once their rule is known. */
export function ruleLines(rules: readonly HttpRule[]): string[] {
  return rules.flatMap((rule) => {
    const condition = `{ var(txn.rule) -m str ${word(rule.id)} }`;
    const { request, response, path, host, redirect, timeoutMs } = rule;
    return [
      ...request.map((change) => `  http-request ${headerChange(change)} if ${condition}`),
      ...(path === undefined ? [] : pathLines(path, condition)),
      ...(redirect === undefined ? [] : redirectLines(redirect, condition)),
      ...(host === undefined ? [] : [`  http-request set-header Host ${word(host)} if ${condition}`]),
      ...(timeoutMs === undefined
        ? []
        : [`  http-request set-var(txn.timeout) int(${whole(timeoutMs)}) if ${condition}`]),
      ...response.map((change) => `  http-response ${headerChange(change)} if ${condition}`),
    ];
  });
}

function headerChange({ type, name, value }: HeaderChange): string {
  if (type === 'del') return `del-header ${headerName(name)}`;
  return `${type}-header ${headerName(name)} ${literal(value)}`;
}

/** The path that matched was noted before: the first of two lines changes what the second would ask. */
function pathLines(change: PathChange, condition: string): string[] {
  if (change.type === 'full') return [`  http-request set-path ${literal(change.value)} if ${condition}`];
  const { prefix, value } = change;
  const isWhole = `{ var(txn.path) -m str ${hex(prefix)} }`;
  const length = Buffer.byteLength(prefix, 'utf8');
  const rest = `${value === '' ? '' : literal(value)}%[path,bytes(${whole(length)})]`;
  if (prefix === '') return [`  http-request set-path ${rest} if ${condition}`];
  return [
    `  http-request set-path ${rest} if ${condition} !${isWhole}`,
    `  http-request set-path ${literal(value === '' ? '/' : value)} if ${condition} ${isWhole}`,
  ];
}

/** A port is left out where the scheme says it: as Gateway API has it. */
function redirectLines({ scheme, host, port, code }: Redirect, condition: string): string[] {
  const name = host === undefined ? '%[var(txn.host)]' : word(host);
  const line = (to: string, at: string, only: string): string =>
    `  http-request redirect location ${to}://${name}${at}%[pathq] code ${whole(code)} if ${condition}${only}`;
  if (scheme !== undefined) {
    const usual = scheme === 'http' ? HTTP_PORT : HTTPS_PORT;
    return [line(scheme, port === undefined || port === usual ? '' : `:${whole(port)}`, '')];
  }
  return (['http', 'https'] as const).flatMap((own) => {
    const usual = own === 'http' ? HTTP_PORT : HTTPS_PORT;
    const isOwn = own === 'https' ? ' { ssl_fc }' : ' !{ ssl_fc }';
    if (port !== undefined) return [line(own, port === usual ? '' : `:${whole(port)}`, isOwn)];
    return [
      line(own, '', `${isOwn} { dst_port ${usual} }`),
      line(own, ':%[dst_port]', `${isOwn} !{ dst_port ${usual} }`),
    ];
  });
}

/** A text as HAProxy puts it together from digits. */
function literal(text: string): string {
  return `%[bin(${hex(text)})]`;
}

/** @throws InvariantError on what is no name of a header. */
export function headerName(name: string): string {
  invariant(HEADER.test(name), 'names of headers and parameters are words');
  return name;
}
