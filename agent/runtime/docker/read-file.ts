// The end of a file inside a container, also after the container has ended.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ContainerInspectInfo } from 'dockerode';
import { extract } from 'tar-stream';
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';

/** More than this of an archive is not looked at: a termination message is 4 KiB at most. */
const ARCHIVE_BYTES_MAX = 16 << 20;

/** @returns at most the last `bytesMax` bytes as text; empty when there is no such file. */
export async function readContainerFile(
  engine: Engine,
  inspected: ContainerInspectInfo,
  path: string,
  bytesMax: number,
): Promise<string> {
  const source = inspected.Mounts.find((mount) => mount.Destination === path)?.Source;
  if (source !== undefined && engine.local) return readHostFile(source, bytesMax);
  try {
    const archive = await engine.stream({
      what: `read ${path}`,
      path: `/containers/${inspected.Id}/archive`,
      method: 'GET',
      query: { path },
    });
    return (await lastBytes(archive, bytesMax)).toString('utf8');
  } catch (error) {
    if (hasStatus(error, 404)) return '';
    throw error;
  }
}

/** A file that is itself a mount cannot be swapped for a link from inside; a link put there before is not followed. */
async function readHostFile(path: string, bytesMax: number): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (file === undefined) return '';
  try {
    const state = await file.stat();
    if (!state.isFile()) return '';
    const length = Math.min(bytesMax, state.size);
    const content = Buffer.alloc(length);
    const { bytesRead } = await file.read(content, 0, length, state.size - length);
    return content.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The end of the file that the archive consists of; nothing of a folder or a link. */
async function lastBytes(archive: Readable, bytesMax: number): Promise<Buffer> {
  const files = archive.pipe(extract());
  archive.on('error', (error) => files.destroy(error));
  let tail: Buffer = Buffer.alloc(0);
  let seen = 0;
  try {
    for await (const entry of files) {
      if (entry.header.type !== 'file') break;
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        seen += chunk.length;
        tail = Buffer.concat([tail, chunk]).subarray(-bytesMax);
        if (seen > ARCHIVE_BYTES_MAX) break;
      }
      break;
    }
  } finally {
    archive.destroy();
  }
  return tail;
}
