// One request over the simulated network, from the client's call to the last piece of the answer. Each side may die,
// leave or be cut off at any moment; the other hears of it as it would over TCP: late, or only by its own timeout.
import type { TransportRequest, TransportResponse } from '@gantry/api/client';
import { TransportError } from '@gantry/api/transport-error';
import { onAbort } from '@gantry/kit/on-abort';
import type { MessageStream, SimNetwork } from '../world/network.ts';
import type { SimProcess } from '../world/process.ts';
import type { ClockLog } from './clock-log.ts';
import { BodyQueue } from './body-queue.ts';
import { simRequest } from './sim-request.ts';
import { simResponse, type ResponseSink } from './sim-response.ts';
import type { ApiServer } from './sim-servers.ts';

/** Who talks to whom. */
export interface Ends {
  network: SimNetwork;
  client: { process: SimProcess; host: string; user: string };
  server: ApiServer;
  clocks: ClockLog;
}

const REPEATABLE = new Set(['GET', 'PUT', 'DELETE']);
/** A server that has died answers with a reset as soon as something is sent to it. */
const lost = (): TransportError =>
  new TransportError('connection-lost', 'the connection broke before the answer was complete');

/** Sends it. @throws TransportError when no answer came; the signal's reason. */
export function request(ends: Ends, wanted: TransportRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    new Connection(ends, wanted, resolve, reject).open();
  });
}

class Connection {
  readonly #ends: Ends;
  readonly #wanted: TransportRequest;
  readonly #resolve: (response: TransportResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #body = new BodyQueue(() => this.#leave());
  /** The server's half of the connection: its pieces stay in order. */
  readonly #stream: MessageStream = { lastArrivalMs: 0 };
  #hasHead = false;
  #isOver = false;
  #onServer: ReturnType<typeof simResponse> | undefined;
  #cancelTimeout: (() => void) | undefined;
  #timeoutMs = 0;
  #expiresAtMs = Infinity;
  #forgetSignal: () => void = () => undefined;
  #forgetServerDeath: () => void = () => undefined;
  #forgetClientDeath: () => void = () => undefined;

  constructor(
    ends: Ends,
    wanted: TransportRequest,
    resolve: (response: TransportResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#ends = ends;
    this.#wanted = wanted;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  open(): void {
    const { signal, timeoutMs, headers } = this.#wanted;
    if (signal?.aborted === true) {
      this.#reject(signal.reason as Error);
      return;
    }
    if (signal !== undefined) this.#forgetSignal = onAbort(signal, () => this.#abort());
    this.#forgetClientDeath = this.#ends.client.process.onDeath(() => this.#clientDied());
    if (timeoutMs !== undefined) this.#expireIn(timeoutMs);
    this.#ends.clocks.note('sent', this.#ends.client.process, this, headers);
    this.#toServer(() => this.#arrive());
  }

  #abort(): void {
    this.#fail(this.#wanted.signal?.reason as Error);
    this.#leave();
  }

  /** A wait that begins anew moves its end; the timer that is set looks at it when it comes up. */
  #expireIn(timeoutMs: number): void {
    const { clock } = this.#ends.client.process;
    this.#timeoutMs = timeoutMs;
    this.#expiresAtMs = clock.nowMs() + timeoutMs;
    this.#cancelTimeout ??= clock.schedule(timeoutMs, () => this.#expire());
  }

  #expire(): void {
    this.#cancelTimeout = undefined;
    const { clock } = this.#ends.client.process;
    const restMs = this.#expiresAtMs - clock.nowMs();
    if (restMs > 0) {
      this.#cancelTimeout = clock.schedule(restMs, () => this.#expire());
      return;
    }
    this.#fail(new TransportError('timeout', `no answer within ${this.#timeoutMs} ms`));
    this.#leave();
  }

  #endTimeout(): void {
    this.#cancelTimeout?.();
    this.#cancelTimeout = undefined;
  }

  #arrive(): void {
    const { server, network } = this.#ends;
    const { process } = server;
    if (process.life === 'dead' || !server.isListening()) {
      this.#toClient(() => this.#fail(new TransportError('unreachable', 'connection refused')));
      return;
    }
    const { resetRate, duplicateRate } = network.quality;
    const isReset = network.draw(resetRate);
    if (isReset && network.draw(0.5)) {
      this.#toClient(() => this.#fail(lost()));
      return;
    }
    this.#forgetServerDeath = process.onDeath(() => this.#toClient(() => this.#fail(lost())));
    process.run(() => {
      this.#serve(this.#sink(isReset), true);
      const isRepeatable = REPEATABLE.has(this.#wanted.method) && !this.#wanted.path.includes('watch=');
      if (isRepeatable && network.draw(duplicateRate)) this.#serve(deaf, false);
    });
  }

  #serve(sink: ResponseSink, isFirst: boolean): void {
    const { server, client } = this.#ends;
    const response = simResponse(sink, () => dateText(server.process.clock.nowMs()));
    if (isFirst) this.#onServer = response;
    server.handle(simRequest(this.#wanted, { authorization: `Bearer ${client.user}` }), response);
  }

  #sink(isReset: boolean): ResponseSink {
    if (isReset) {
      const cut = (): void => this.#toClient(() => this.#fail(lost()));
      return { head: cut, piece: () => undefined, end: () => undefined, cut };
    }
    return {
      head: (status, headers) => this.#toClient(() => this.#takeHead(status, headers)),
      piece: (bytes) => this.#toClient(() => this.#takePiece(bytes)),
      end: () => {
        this.#forgetServerDeath();
        this.#toClient(() => this.#end());
      },
      cut: () => {
        this.#forgetServerDeath();
        this.#toClient(() => this.#fail(lost()));
      },
    };
  }

  #takeHead(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.#isOver) return;
    this.#hasHead = true;
    this.#restartIdle();
    this.#ends.clocks.note('heard', this.#ends.client.process, this, headers);
    this.#resolve({ status, headers, body: this.#body });
  }

  #takePiece(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#restartIdle();
    this.#body.push(bytes);
  }

  #restartIdle(): void {
    const { bodyIdleTimeoutMs } = this.#wanted;
    if (bodyIdleTimeoutMs === undefined) this.#endTimeout();
    else this.#expireIn(bodyIdleTimeoutMs);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#close();
    this.#body.end();
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#close();
    if (this.#hasHead) this.#body.fail(error);
    else this.#reject(error);
  }

  #close(): void {
    this.#isOver = true;
    this.#endTimeout();
    this.#forgetServerDeath();
    this.#forgetClientDeath();
    this.#forgetSignal();
  }

  /** The client wants no more: the server hears of it when the message gets there. */
  #leave(): void {
    if (!this.#isOver) this.#close();
    this.#toServer(() => this.#endOnServer());
  }

  #clientDied(): void {
    this.#isOver = true;
    this.#forgetServerDeath();
    this.#toServer(() => this.#endOnServer());
  }

  #endOnServer(): void {
    const response = this.#onServer;
    if (response === undefined || response.writableEnded) return;
    this.#ends.server.process.run(() => response.destroy());
  }

  #toServer(task: () => void): void {
    const { network, client, server } = this.#ends;
    network.send(client.host, server.host, { arrive: task, broken: () => this.#break() });
  }

  /** In order, as over one connection. */
  #toClient(task: () => void): void {
    const { network, client, server } = this.#ends;
    network.send(server.host, client.host, {
      arrive: () => client.process.run(task),
      broken: () => this.#break(),
      stream: this.#stream,
    });
  }

  #break(): void {
    this.#ends.client.process.run(() => this.#fail(lost()));
    this.#endOnServer();
  }
}

/** As Node's own server: made once a second. */
let lastDate = { second: Number.NaN, text: '' };

function dateText(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== lastDate.second) lastDate = { second, text: new Date(nowMs).toUTCString() };
  return lastDate.text;
}

/** The answer to a request that arrived a second time goes nowhere. */
const deaf: ResponseSink = {
  head: () => undefined,
  piece: () => undefined,
  end: () => undefined,
  cut: () => undefined,
};
