// A small image for tests, made on the spot from this machine's static busybox: nothing is asked of a registry.
import { existsSync, readFileSync } from 'node:fs';
import { systemIds } from '@gantry/kit/random';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';

/** An image that the test owns. */
export interface TestImage {
  /** `sha256:…`: use this, never a name. */
  id: string;
  remove(): Promise<void>;
}

/** Where Debian's package busybox-static puts it. */
export const BUSYBOX_PATH = '/bin/busybox';

/** Programs that tests call; all are the same file. */
const PROGRAMS = [
  'sh',
  'cat',
  'echo',
  'env',
  'false',
  'grep',
  'head',
  'hostname',
  'id',
  'kill',
  'ls',
  'nc',
  'ps',
  'pwd',
].concat(['sleep', 'stty', 'tail', 'touch', 'true', 'wget', 'wc']);

/** Imports the image. Each call makes one of its own, with an ID of its own. */
export async function importTestImage(docker: Docker): Promise<TestImage> {
  if (!existsSync(BUSYBOX_PATH)) throw new Error(`${BUSYBOX_PATH} is missing: install busybox-static`);
  const answer = (await docker.importImage((await rootFilesystem()) as unknown as string, {
    changes: 'CMD ["sleep","100000"]',
    // A name keeps it when a test takes other names away.
    repo: 'gantry-test/busybox',
    tag: systemIds.suffix(10),
  })) as unknown as AsyncIterable<Buffer>;
  let text = '';
  for await (const chunk of answer) text += chunk.toString();
  const id = /sha256:[0-9a-f]{64}/.exec(text)?.[0];
  if (id === undefined) throw new Error(`the engine did not import the test image: ${text}`);
  return {
    id,
    remove: async () => {
      await docker.getImage(id).remove({ force: true });
    },
  };
}

async function rootFilesystem(): Promise<Buffer> {
  const tar = pack();
  for (const name of ['bin', 'etc', 'proc', 'sys', 'tmp'])
    tar.entry({ name, type: 'directory', mode: 0o755 });
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync(BUSYBOX_PATH));
  for (const name of PROGRAMS) tar.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  tar.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/:/bin/sh\n');
  tar.finalize();
  return buffer(tar);
}
