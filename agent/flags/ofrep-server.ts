// OFREP on a node, for whoever reaches the address: flags evaluated from what the node knows, and a stream of their
// changes. Everything is bounded, each client's share of it too. Nothing waits for the control plane.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EvaluationCounts } from '@gantry/api/flags/evaluation-counts';
import { FlagStreams, STREAM_TYPE, type StreamSink } from '@gantry/api/flags/flag-streams';
import { CONTEXT_BYTES_MAX, STREAM_BUFFER_BYTES_MAX } from '@gantry/api/flags/limits';
import { answerOfrep, ofrepBodyTooLarge, ofrepFailure, type OfrepAnswer } from '@gantry/api/flags/ofrep';
import { ofrepRequestOf, type OfrepRequest } from '@gantry/api/flags/ofrep-paths';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { FlagFollower } from './flag-follower.ts';
import { RequestShares, type Share } from './request-shares.ts';

export interface OfrepServerDeps {
  clock: Clock;
  logger: Logger;
  follower: Pick<FlagFollower, 'flags' | 'tag' | 'nextMomentMs' | 'isStale'>;
  evaluations: Pick<EvaluationCounts, 'add'>;
  /** Told of each request that was refused because there were too many. */
  onLimit(what: 'requests' | 'streams'): void;
}

export interface OfrepServer {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Flags of the namespace may have changed. */
  changed(namespace: string): void;
  /** Ends all streams. */
  close(): void;
}

/** Requests whose bodies are on their way. */
const REQUESTS: Share = { perClient: 128, all: 1_000 };
const STREAMS: Share = { perClient: 100, all: 1_000 };
const RETRY_AFTER = { retryAfterSeconds: 1 };
const METHODS = { evaluate: 'POST', stream: 'GET' } as const;

export function createOfrepServer(deps: OfrepServerDeps): OfrepServer {
  return new Server(deps);
}

class Server implements OfrepServer {
  readonly #deps: OfrepServerDeps;
  readonly #streams: FlagStreams;
  readonly #requestShares = new RequestShares(REQUESTS);
  readonly #streamShares = new RequestShares(STREAMS);

  constructor(deps: OfrepServerDeps) {
    this.#deps = deps;
    const { clock, follower } = deps;
    this.#streams = new FlagStreams({
      clock,
      tagOf: (namespace) => follower.tag(namespace),
      nextMomentMs: (namespace) => follower.nextMomentMs(namespace),
    });
  }

  changed(namespace: string): void {
    this.#streams.changed(namespace);
  }

  close(): void {
    this.#streams.close();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    // What a client that has left does to its connection is no news.
    response.on('error', () => undefined);
    this.#answer(request, response).catch((error: unknown) => {
      if (request.destroyed) return;
      this.#deps.logger.error('an evaluation failed by a bug', { error: messageOf(error) });
      send(request, response, ofrepFailure(500, "a bug in the agent; the node's log has more"));
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = ofrepRequestOf((request.url ?? '').split('?', 1)[0] ?? '');
    if (asked === undefined)
      return send(request, response, ofrepFailure(404, 'there is nothing at this path'));
    const method = METHODS[asked.type];
    if (request.method !== method) {
      const refusal = ofrepFailure(405, `this path takes ${method}`);
      return send(request, response, { ...refusal, headers: { ...refusal.headers, Allow: method } });
    }
    const shares = asked.type === 'stream' ? this.#streamShares : this.#requestShares;
    const leave = shares.enter(request.socket.remoteAddress ?? '');
    if (leave === undefined) {
      const what = asked.type === 'stream' ? 'streams' : 'requests';
      this.#deps.onLimit(what);
      return send(request, response, ofrepFailure(429, `too many ${what} under way`, RETRY_AFTER));
    }
    if (asked.type === 'stream') return this.#openStream(asked.namespace, request, response, leave);
    try {
      send(request, response, await this.#evaluate(asked, request));
    } finally {
      leave();
    }
  }

  async #evaluate(
    { namespace, ...asked }: Extract<OfrepRequest, { type: 'evaluate' }>,
    request: IncomingMessage,
  ): Promise<OfrepAnswer> {
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
      return ofrepFailure(415, 'send the body as it is, without a Content-Encoding');
    const bytes = await readBody(request);
    if (bytes === undefined) return ofrepBodyTooLarge();
    const { follower, clock, evaluations } = this.#deps;
    const flags = follower.flags(namespace);
    if (flags === undefined)
      return ofrepFailure(503, 'this node has not heard of any flags yet', RETRY_AFTER);
    const text = isUtf8(bytes) ? bytes.toString('utf8') : undefined;
    return answerOfrep(
      { namespace, key: asked.key, text, ifNoneMatch: request.headers['if-none-match'] },
      {
        ...{ flags, nowMs: clock.nowMs(), isStale: follower.isStale(), digest },
        onEvaluated: (key, evaluation) => evaluations.add(namespace, flags, key, evaluation),
      },
    );
  }

  #openStream(
    namespace: string,
    request: IncomingMessage,
    response: ServerResponse,
    leave: () => void,
  ): void {
    response.writeHead(200, { 'Content-Type': STREAM_TYPE, 'Cache-Control': 'no-cache' });
    const last = request.headers['last-event-id'];
    const forget = this.#streams.open(
      namespace,
      typeof last === 'string' && last !== '' ? last : undefined,
      sinkOf(response),
    );
    response.once('close', () => {
      forget();
      leave();
    });
  }
}

/** A client that does not read is cut off: it comes back and is told what it missed. */
function sinkOf(response: ServerResponse): StreamSink {
  return {
    write(text) {
      response.write(text);
      if (response.writableLength > STREAM_BUFFER_BYTES_MAX) response.destroy();
    },
    end: () => void response.end(),
  };
}

/** @returns undefined as soon as it is too large: the rest is left unread. @throws when the client leaves. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > CONTEXT_BYTES_MAX) return Promise.resolve(undefined);
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= CONTEXT_BYTES_MAX) return;
      request.pause();
      resolve(undefined);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client has left')));
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, text, headers }: OfrepAnswer,
): void {
  if (response.headersSent || response.destroyed) return;
  // The rest of a body that nobody has read would be taken for the next request.
  const close = request.complete ? {} : { Connection: 'close' };
  response.writeHead(status, { ...headers, ...close, 'Content-Length': String(Buffer.byteLength(text)) });
  response.end(text);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27);
}
