// The end of a file, however large it is.
import { open } from 'node:fs/promises';

/** @throws when there is no such file. */
export async function readEnd(path: string, bytesMax: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, bytesMax)), {
      position: Math.max(0, size - bytesMax),
    });
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
