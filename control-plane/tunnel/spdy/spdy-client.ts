// Exec and attach over SPDY/3.1, as clients before Kubernetes 1.30 speak it: one SPDY stream per channel.
import type { Duplex } from 'node:stream';
import type { Clock } from '@gantry/kit/clock';
import { badRequest, type Status } from '@gantry/api/status-error';
import type { TunnelStreamOptions } from '@gantry/kit/tunnel/tunnel-request';
import type { Upgrade } from '../../server/connect.ts';
import type { ClientListener, ClientSession } from '../client-session.ts';
import { readSize } from '../websocket-client.ts';
import { answerUpgrade } from './answer-upgrade.ts';
import { SpdyConnection, type SpdyStream, type SpdyStreamListener } from './spdy-connection.ts';

const PROTOCOL = 'v4.channel.k8s.io';
const STREAMS_TIMEOUT_MS = 30_000;

const STREAM_TYPES = ['error', 'stdin', 'stdout', 'stderr', 'resize'] as const;
type StreamType = (typeof STREAM_TYPES)[number];

/** Completes the upgrade and waits for the streams that the options ask for. @throws StatusError 400. */
export async function acceptSpdyClient(
  upgrade: Upgrade,
  options: TunnelStreamOptions,
  clock: Clock,
): Promise<ClientSession> {
  answerUpgrade(upgrade, PROTOCOL);
  const client = new SpdyClient(upgrade.socket, wantedStreams(options));
  client.run(upgrade.head);
  await client.ready(clock);
  return client;
}

function wantedStreams(options: TunnelStreamOptions): StreamType[] {
  const { stdin, stdout, stderr, tty } = options;
  const wanted = { error: true, stdin, stdout, stderr, resize: tty };
  return STREAM_TYPES.filter((type) => wanted[type]);
}

class SpdyClient implements ClientSession {
  readonly #connection: SpdyConnection;
  readonly #wanted: readonly StreamType[];
  readonly #streams = new Map<StreamType, SpdyStream>();
  #opened = 0;
  #listener: ClientListener | undefined;
  /** What came before there was a listener; the connection bounds it. */
  #early: ((listener: ClientListener) => void)[] = [];
  #complete: () => void = () => undefined;

  constructor(socket: Duplex, wanted: readonly StreamType[]) {
    this.#wanted = wanted;
    this.#connection = new SpdyConnection(socket, {
      streamsMax: wanted.length,
      accept: (stream) => this.#accept(stream),
      onClose: () => {
        this.#complete();
        this.#tell((listener) => {
          listener.onGone();
        });
      },
    });
  }

  run(head: Buffer): void {
    void this.#connection.run(head);
  }

  /** Resolves once all streams are open, or the client is gone; ends the connection when they do not come. */
  ready(clock: Clock): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = clock.schedule(STREAMS_TIMEOUT_MS, () => {
        this.#connection.destroy();
        reject(badRequest('the client did not open its streams in time'));
      });
      this.#complete = () => {
        cancel();
        resolve();
      };
      if (this.#opened === this.#wanted.length) this.#complete();
    });
  }

  listen(listener: ClientListener): void {
    this.#listener = listener;
    for (const tell of this.#early.splice(0)) tell(listener);
  }

  write(channel: 'stdout' | 'stderr', data: Buffer, consumed: () => void): void {
    const stream = this.#streams.get(channel);
    if (stream === undefined) consumed();
    else stream.write(data, consumed);
  }

  finish(status: Status): void {
    // v4 says success by closing the error stream without a word.
    if (status.status !== 'Success') {
      this.#streams.get('error')?.write(Buffer.from(JSON.stringify(status)), () => undefined);
    }
    for (const stream of this.#streams.values()) stream.end();
    this.#connection.end();
  }

  #accept(stream: SpdyStream): SpdyStreamListener | undefined {
    const type = this.#wanted.find((one) => one === stream.headers.get('streamtype'));
    if (type === undefined || this.#streams.has(type)) return undefined;
    this.#streams.set(type, stream);
    return {
      onOpen: () => {
        this.#opened += 1;
        if (this.#opened === this.#wanted.length) this.#complete();
      },
      onData: (data, consumed) => {
        this.#tell((listener) => {
          if (type === 'stdin') {
            listener.onStdin(data, consumed);
            return;
          }
          if (type === 'resize') readSize(data, listener);
          consumed();
        });
      },
      onEnd: () => {
        if (type !== 'stdin') return;
        this.#tell((listener) => {
          listener.onStdinEnd();
        });
      },
      onReset: () => undefined,
    };
  }

  #tell(event: (listener: ClientListener) => void): void {
    if (this.#listener === undefined) this.#early.push(event);
    else event(this.#listener);
  }
}
