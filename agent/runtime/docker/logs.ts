// A container's logs, from the engine's rotated files.
import type { Writable } from 'node:stream';
import type { LogOptions } from '../runtime.ts';
import { copyOutputs } from './demux.ts';
import type { Engine } from './engine.ts';
import { engineError } from './engine-error.ts';

/**
 * Writes to `out` and `err`, which may be one and the same, and ends both. `tty`: the container has a terminal.
 *
 * @throws EngineError `not-found`; returns quietly when the signal is aborted or the reader has gone.
 */
export async function readLogs(
  engine: Engine,
  target: { id: string; tty: boolean },
  outputs: { out: Writable; err: Writable },
  options: LogOptions,
): Promise<void> {
  const { out, err } = outputs;
  const { signal, limitBytes: bytesMax } = options;
  try {
    const source = await engine.stream({
      what: `logs of ${target.id}`,
      path: `/containers/${target.id}/logs`,
      method: 'GET',
      query: queryOf(options),
      signal,
    });
    await copyOutputs(source, { stdout: out, stderr: err }, { framed: !target.tty, signal, bytesMax });
  } catch (error) {
    if (!signal.aborted) throw engineError(`logs of ${target.id}`, error);
  } finally {
    out.end();
    err.end();
  }
}

function queryOf(options: LogOptions): Record<string, string | number | boolean | undefined> {
  return {
    stdout: true,
    stderr: true,
    follow: options.follow,
    timestamps: options.timestamps,
    tail: options.tailLines,
    since: options.sinceMs === undefined ? undefined : (options.sinceMs / 1000).toFixed(3),
  };
}
