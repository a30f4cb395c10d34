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
import { readSmallBody } from '@gantry/kit/small-body';
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

type Evaluate = Extract<OfrepRequest, { type: 'evaluate' }>;

/** Requests whose bodies are on their way. */
const REQUESTS: Share = { perClient: 128, all: 1_000 };
const STREAMS: Share = { perClient: 100, all: 1_000 };
const NOTHING_HERE =
  'there is nothing at this path: POST [/namespaces/NAME]/ofrep/v1/evaluate/flags[/KEY], or GET …/ofrep/v1/stream';
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
    response.on('error', ignore);
    this.#guarded(request, response, () => this.#answer(request, response));
  }

  #guarded(request: IncomingMessage, response: ServerResponse, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#deps.logger.error('an evaluation failed by a bug', { error: messageOf(error) });
      send(request, response, ofrepFailure(500, "a bug in the agent; the node's log has more"));
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const asked = ofrepRequestOf((request.url ?? '').split('?', 1)[0] ?? '');
    if (asked === undefined) return send(request, response, ofrepFailure(404, NOTHING_HERE));
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
    this.#takeBody(asked, request, response, leave);
  }

  /** By callbacks: a promise for each step would cost more than the evaluation does. */
  #takeBody(asked: Evaluate, request: IncomingMessage, response: ServerResponse, leave: () => void): void {
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
      leave();
      return send(request, response, ofrepFailure(415, 'send the body as it is, without a Content-Encoding'));
    }
    const done = (body: Buffer | undefined): void => {
      leave();
      this.#guarded(request, response, () => {
        const answer = body === undefined ? ofrepBodyTooLarge() : this.#evaluated(asked, request, body);
        send(request, response, answer);
      });
    };
    readSmallBody(request, CONTEXT_BYTES_MAX, done, leave);
  }

  #evaluated({ namespace, key }: Evaluate, request: IncomingMessage, body: Buffer): OfrepAnswer {
    const { follower, clock, evaluations } = this.#deps;
    const flags = follower.flags(namespace);
    if (flags === undefined)
      return ofrepFailure(503, 'this node has not heard of any flags yet', RETRY_AFTER);
    const text = isUtf8(body) ? body.toString('utf8') : undefined;
    return answerOfrep(
      { namespace, key, text, ifNoneMatch: request.headers['if-none-match'] },
      {
        ...{ flags, nowMs: clock.nowMs(), isStale: follower.isStale(), digest },
        onEvaluated: (each, evaluation) => evaluations.add(namespace, flags, each, evaluation),
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

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, text, headers }: OfrepAnswer,
): void {
  if (response.headersSent || response.destroyed) return;
  const length = Buffer.byteLength(text);
  // The rest of a body that nobody has read would be taken for the next request.
  const head = request.complete ? {} : { Connection: 'close' };
  response.writeHead(status, { ...headers, ...head, 'Content-Length': length });
  response.end(text);
}

function ignore(): void {
  // Nothing follows from it.
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27);
}
