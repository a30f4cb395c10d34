// The one door to the container engine: dockerode with a bound on every request. docker-modem never calls back when
// a connection dies in the middle of an answer, so no request here waits on it alone.
import { Agent } from 'node:http';
import { inspect } from 'node:util';
import type { Duplex, Readable } from 'node:stream';
import type { Clock } from '@gantry/kit/clock';
import type DockerModem from 'docker-modem';
import Docker from 'dockerode';
import { engineError, unavailable } from './engine-error.ts';

/** Where the engine listens. */
export interface EngineAddress {
  /** A unix socket; `/var/run/docker.sock` when nothing is given. */
  socketPath?: string | undefined;
  /** As in the variable DOCKER_HOST: `unix:///path` or `tcp://host:port`. Wins over `socketPath`. */
  dockerHost?: string | undefined;
}

/** How long a request may take. */
export interface CallOptions {
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/** A request whose answer is read as it comes. */
export interface StreamRequest {
  what: string;
  path: string;
  method: 'GET' | 'POST';
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: object;
  file?: Buffer;
  auth?: { username: string; password: string; serveraddress: string } | undefined;
  signal?: AbortSignal | undefined;
  /** For the headers of the answer; the body may take as long as it likes. */
  timeoutMs?: number;
}

/** A bounded, translated way to the engine. */
export interface Engine {
  readonly docker: Docker;
  /** Whether the engine is on this machine (a unix socket). */
  readonly local: boolean;
  /** @throws EngineError; the signal's reason when that was aborted. */
  call<T>(what: string, request: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>;
  /** The answer's body. The caller owns it and destroys it. */
  stream(request: StreamRequest): Promise<Readable>;
  /** Both directions on one connection; ending it is what the program inside sees as end of input. */
  hijack(request: StreamRequest): Promise<Duplex>;
  close(): void;
}

/** A request that should take milliseconds; generous, since two busy cores may serve many. */
const CALL_TIMEOUT_MS = 30_000;
const DEFAULT_SOCKET = '/var/run/docker.sock';

/** Opens nothing yet: connections are made when needed and kept for the next request. */
export function createEngine(deps: { address: EngineAddress; clock: Clock }): Engine {
  const agent = new PlainAgent({ keepAlive: true });
  const address = dialAddress(deps.address);
  const docker = new Docker({ ...address, agent } as Docker.DockerOptions);
  const call: Engine['call'] = (what, request, options) => bounded(deps.clock, what, request, options);
  const dial = <T>(request: StreamRequest, more: Partial<DockerModem.DialOptions>): Promise<T> =>
    call(request.what, () => dialOnce<T>(docker, request, more), {
      ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
      signal: request.signal,
    });
  return {
    docker,
    local: address.socketPath !== undefined,
    call,
    stream: (request) => dial<Readable>(request, {}),
    hijack: (request) => dial<Duplex>(request, { hijack: true, openStdin: true, allowEmpty: true }),
    close: () => {
      agent.destroy();
    },
  };
}

/** docker-modem prints each request with all that hangs on it, also when nobody reads that: 20 ms of a core. */
class PlainAgent extends Agent {
  [inspect.custom](): string {
    return 'Agent';
  }
}

/** Everything is given, since docker-modem fills what is missing from its own reading of the environment. */
function dialAddress(address: EngineAddress): {
  socketPath: string | undefined;
  host: string | undefined;
  port: string | undefined;
  protocol: 'http';
} {
  const { dockerHost } = address;
  if (dockerHost !== undefined && !dockerHost.startsWith('unix://')) {
    const url = new URL(dockerHost.includes('//') ? dockerHost : `tcp://${dockerHost}`);
    return { socketPath: undefined, host: url.hostname, port: url.port, protocol: 'http' };
  }
  const path = dockerHost?.slice('unix://'.length);
  return {
    socketPath: path || address.socketPath || DEFAULT_SOCKET,
    host: undefined,
    port: undefined,
    protocol: 'http',
  };
}

async function bounded<T>(
  clock: Clock,
  what: string,
  request: (signal: AbortSignal) => Promise<T>,
  options: CallOptions = {},
): Promise<T> {
  const { signal, timeoutMs = CALL_TIMEOUT_MS } = options;
  signal?.throwIfAborted();
  const abort = new AbortController();
  const onAbort = (): void => {
    abort.abort(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const cancel = clock.schedule(timeoutMs, () => {
    abort.abort(unavailable(what));
  });
  try {
    return await Promise.race([request(abort.signal), rejected(abort.signal)]);
  } catch (error) {
    if (signal?.aborted) throw signal.reason as Error;
    throw engineError(what, abort.signal.aborted ? abort.signal.reason : error);
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

const SUCCESS = { 101: true, 200: true, 204: true } as const;

function dialOnce<T>(
  docker: Docker,
  request: StreamRequest,
  more: Partial<DockerModem.DialOptions>,
): Promise<T> {
  const { modem } = docker;
  return new Promise((resolve, reject) => {
    const query = request.query ?? {};
    modem.dial(
      {
        path: `${request.path}?`,
        method: request.method,
        options: { _query: definedOnly(query), _body: request.body ?? {} },
        isStream: true,
        statusCodes: SUCCESS,
        ...(request.file === undefined ? {} : { file: request.file }),
        ...(request.auth === undefined ? {} : { authconfig: request.auth }),
        ...(request.signal === undefined ? {} : { abortSignal: request.signal }),
        ...more,
      },
      (error, answer) => {
        if (error) reject(error);
        else resolve(answer as T);
      },
    );
  });
}

function definedOnly(query: NonNullable<StreamRequest['query']>): Record<string, string | number | boolean> {
  const entries = Object.entries(query).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(entries) as Record<string, string | number | boolean>;
}
