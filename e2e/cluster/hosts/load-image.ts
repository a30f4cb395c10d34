// One image into several engines, read once.
import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import type Docker from 'dockerode';

/** Copies an image, by ID, from one engine to the others, all at once. */
export async function loadImage(from: Docker, id: string, to: readonly Docker[]): Promise<void> {
  const archive = await buffer(await from.getImage(id).get());
  await Promise.all(
    to.map(async (docker) => {
      const answer = await docker.loadImage(new PassThrough().end(archive));
      await text(answer);
      await docker.getImage(id).inspect();
    }),
  );
}
