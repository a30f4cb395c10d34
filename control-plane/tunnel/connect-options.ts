// From a request's query to what is asked of the node. Pure; every mistake is a 400 that names the parameter.
import type { Pod } from '@gantry/api/kinds/pod';
import { badRequest } from '@gantry/api/status-error';
import type {
  TunnelContainerRef,
  TunnelLogOptions,
  TunnelStreamOptions,
} from '@gantry/kit/tunnel/tunnel-request';

/** The container that is meant. @throws StatusError 400 when it is not there or not clear. */
export function containerOf(pod: Pod, query: URLSearchParams): TunnelContainerRef {
  const names = pod.spec.containers.map(({ name }) => name);
  const all = [...names, ...(pod.spec.initContainers ?? []).map(({ name }) => name)];
  const name = pod.metadata.name ?? '';
  const wanted = query.get('container') ?? '';
  if (wanted === '' && names.length > 1) {
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    );
  }
  const container = wanted === '' ? (names[0] ?? '') : wanted;
  if (!all.includes(container)) throw badRequest(`container ${container} is not valid for pod ${name}`);
  return { namespace: pod.metadata.namespace ?? '', pod: name, podUid: pod.metadata.uid ?? '', container };
}

/** Options of `log`. */
export function logOptionsFrom(query: URLSearchParams): TunnelLogOptions {
  const sinceSeconds = wholeNumber(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime');
  const sinceMs = sinceTime === null ? undefined : Date.parse(sinceTime);
  if (Number.isNaN(sinceMs)) throw badRequest(`sinceTime: "${sinceTime}" is not an RFC 3339 time`);
  if (sinceSeconds !== undefined && sinceMs !== undefined) {
    throw badRequest('at most one of sinceSeconds and sinceTime may be given');
  }
  const tailLines = wholeNumber(query, 'tailLines');
  const limitBytes = wholeNumber(query, 'limitBytes');
  return {
    follow: isTrue(query, 'follow'),
    previous: isTrue(query, 'previous'),
    timestamps: isTrue(query, 'timestamps'),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(sinceSeconds === undefined ? {} : { sinceSecondsAgo: sinceSeconds }),
  };
}

/** Options of `exec` and `attach`. */
export function streamOptionsFrom(query: URLSearchParams): TunnelStreamOptions {
  const tty = isTrue(query, 'tty');
  const options = {
    tty,
    stdin: isTrue(query, 'stdin'),
    stdout: isTrue(query, 'stdout'),
    stderr: isTrue(query, 'stderr') && !tty,
  };
  if (!options.stdin && !options.stdout && !options.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  return options;
}

/** The command of `exec`. */
export function commandFrom(query: URLSearchParams): string[] {
  const command = query.getAll('command');
  if (command.length === 0) throw badRequest('you must specify at least one command for the container');
  return command;
}

function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value === 'true' || value === '1';
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(`${name}: "${text}" is not a whole number of 0 or more`);
}
