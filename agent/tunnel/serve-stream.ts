// Serves one stream of the tunnel: turns its request into a call of the node's services and its frames into
// Node streams. Whatever happens, the stream ends with one result.
import { PassThrough } from 'node:stream';
import type { Clock } from '@gantry/kit/clock';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import { CHANNEL } from '@gantry/kit/tunnel/frame';
import { readNodeNews, type NodeNews } from '@gantry/kit/tunnel/node-news';
import { readReplicaNews, type ReplicaNews } from '@gantry/kit/tunnel/replica-news';
import type { TunnelStream } from '@gantry/kit/tunnel/tunnel-stream';
import type { TunnelLogOptions, TunnelRequest } from '@gantry/kit/tunnel/tunnel-request';
import { carryConnection } from './carry-connection.ts';
import type { NodeServices, StreamSet } from './node-services.ts';
import { finished, outputTo } from './stream-output.ts';

export interface ServeDeps {
  services: NodeServices;
  clock: Clock;
  onReplicas?: ((news: ReplicaNews) => void) | undefined;
  onNode?: ((news: NodeNews) => void) | undefined;
}

/** Runs the request to its end. Never rejects. */
export async function serveStream(request: unknown, stream: TunnelStream, deps: ServeDeps): Promise<void> {
  const ended = new AbortController();
  const inputs = inputsOf(stream, ended);
  try {
    const value = await perform(request as TunnelRequest, stream, deps, inputs, ended.signal);
    stream.finish({ ok: true, value });
  } catch (error) {
    stream.finish({ ok: false, code: codeOf(error) ?? 'failed', message: messageOf(error) });
  } finally {
    ended.abort();
    inputs.stdin.destroy();
    inputs.resize.end();
  }
}

async function perform(
  request: TunnelRequest,
  stream: TunnelStream,
  deps: ServeDeps,
  inputs: Inputs,
  signal: AbortSignal,
): Promise<unknown> {
  const { services, clock } = deps;
  switch (request.kind) {
    case 'replicas':
      return hear(readReplicaNews(request), deps.onReplicas);
    case 'node':
      return hear(readNodeNews(request), deps.onNode);
    case 'usage':
      return services.usage();
    case 'traffic':
      await stream.write(CHANNEL.stdout, Buffer.from(JSON.stringify((await services.traffic()) ?? null)));
      return undefined;
    case 'metrics':
      await stream.write(CHANNEL.stdout, Buffer.from(await services.metrics()));
      return undefined;
    case 'timeline': {
      const { namespace, uids } = request;
      const asked = {
        ...(namespace === undefined ? {} : { namespace }),
        ...(uids === undefined ? {} : { uids }),
      };
      await stream.write(CHANNEL.stdout, Buffer.from(JSON.stringify(services.timeline(asked))));
      return undefined;
    }
    case 'logs': {
      const out = outputTo(stream, CHANNEL.stdout);
      await services.logs(request.ref, logOptions(request.options, clock.nowMs()), out, signal);
      await finished(out);
      return undefined;
    }
    case 'port': {
      const connection = await services.connectPort(request.ref, request.port, signal);
      return carryConnection(connection, { input: inputs.stdin, stream }, signal);
    }
    case 'exec':
    case 'attach': {
      const streams = streamsFor(request.options, stream, inputs);
      const code =
        request.kind === 'exec'
          ? await services.exec(request.ref, request.options, streams, signal)
          : await services.attach(request.ref, request.options, streams, signal);
      for (const out of [streams.stdout, streams.stderr]) if (out !== undefined) await finished(out);
      return code;
    }
  }
}

/** What is no question: news, or nonsense that is passed over. */
function hear<T>(news: T | undefined, listener: ((news: T) => void) | undefined): void {
  if (news !== undefined) listener?.(news);
}

/** The node's own clock stamped the lines, so it also decides what "the last 60 seconds" are. */
function logOptions({ sinceSecondsAgo, ...options }: TunnelLogOptions, nowMs: number): LogOptions {
  return sinceSecondsAgo === undefined ? options : { ...options, sinceMs: nowMs - sinceSecondsAgo * 1000 };
}

type LogOptions = Parameters<NodeServices['logs']>[1];

interface Inputs {
  stdin: PassThrough;
  resize: SizeQueue;
}

function inputsOf(stream: TunnelStream, ended: AbortController): Inputs {
  const stdin = new PassThrough();
  const resize = new SizeQueue();
  stdin.on('error', () => undefined);
  stream.listener = {
    onData: (channel, data, consumed) => {
      if (channel === CHANNEL.stdin && stdin.writable) stdin.write(data, consumed);
      else consumed();
    },
    onEnd: (channel) => {
      if (channel === CHANNEL.stdin) stdin.end();
    },
    onResize: (size) => {
      resize.push(size);
    },
    onCancel: () => {
      ended.abort();
    },
  };
  return { stdin, resize };
}

function streamsFor(
  options: { tty: boolean; stdin?: boolean; stdout?: boolean; stderr?: boolean },
  stream: TunnelStream,
  inputs: Inputs,
): StreamSet {
  return {
    ...(options.stdin === true ? { stdin: inputs.stdin } : {}),
    ...(options.stdout === true ? { stdout: outputTo(stream, CHANNEL.stdout) } : {}),
    ...(options.stderr === true && !options.tty ? { stderr: outputTo(stream, CHANNEL.stderr) } : {}),
    ...(options.tty ? { resize: inputs.resize } : {}),
  };
}

/** Terminal sizes in order; only the newest matters when the reader is behind. */
class SizeQueue implements AsyncIterable<{ width: number; height: number }> {
  #newest: { width: number; height: number } | undefined;
  #ended = false;
  #wake: () => void = () => undefined;

  push(size: { width: number; height: number }): void {
    this.#newest = size;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<{ width: number; height: number }> {
    while (!this.#ended) {
      if (this.#newest === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      const size = this.#newest;
      this.#newest = undefined;
      if (size !== undefined) yield size;
    }
  }
}
