// The image that every sandbox runs, made on the spot and loaded whole, so that its ID follows from its content alone:
// several agents on one engine end up with one and the same image.
import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import type { Engine } from './engine.ts';
import { EngineError, hasStatus } from './engine-error.ts';
import { pauseElf, type PauseArchitecture } from './pause-elf.ts';

/** Repository under which the image is found; never asked of a registry. */
export const PAUSE_REPOSITORY = 'gantry/pause';
const PROGRAM = '/pause';
const HASH_LENGTH = 12;
/** Fixed, since the ID is made of all that the image says. */
const CREATED = '1970-01-01T00:00:00Z';
const LOAD_TIMEOUT_MS = 60_000;

/** What the engine has to be given. */
export interface PauseImage {
  name: string;
  /** What `docker load` reads. */
  archive: Buffer;
}

/** Makes sure the engine has the image. @returns its ID. */
export async function ensurePauseImage(engine: Engine, architecture: PauseArchitecture): Promise<string> {
  const image = await buildPauseImage(architecture);
  const present = await inspectId(engine, image.name);
  if (present !== undefined) return present;
  await engine.call('load the pause image', () => load(engine, image.archive), {
    timeoutMs: LOAD_TIMEOUT_MS,
  });
  const loaded = await inspectId(engine, image.name);
  if (loaded === undefined) throw new EngineError('engine-failed', 'the engine did not keep the pause image');
  return loaded;
}

/** Pure but for the packing: the same architecture always gives the same bytes. */
export async function buildPauseImage(architecture: PauseArchitecture): Promise<PauseImage> {
  const program = pauseElf(architecture);
  const layer = await archive([{ name: PROGRAM.slice(1), content: program, mode: 0o755 }]);
  const config = Buffer.from(
    JSON.stringify({
      architecture: architecture === 'x64' ? 'amd64' : 'arm64',
      os: 'linux',
      created: CREATED,
      config: { Entrypoint: [PROGRAM], Env: [], WorkingDir: '/' },
      history: [{ created: CREATED, created_by: 'gantry' }],
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    }),
  );
  const name = `${PAUSE_REPOSITORY}:${sha256(config).slice(0, HASH_LENGTH)}`;
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }];
  return {
    name,
    archive: await archive([
      { name: 'config.json', content: config, mode: 0o644 },
      { name: 'layer.tar', content: layer, mode: 0o644 },
      { name: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)), mode: 0o644 },
    ]),
  };
}

async function load(engine: Engine, content: Buffer): Promise<void> {
  const answer = await engine.docker.loadImage(content as unknown as string, { quiet: true });
  for await (const _ of answer) continue;
}

async function inspectId(engine: Engine, name: string): Promise<string | undefined> {
  try {
    const image = await engine.call(`inspect image ${name}`, (abortSignal) =>
      engine.docker.getImage(name).inspect({ abortSignal } as object),
    );
    return image.Id;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

async function archive(files: readonly { name: string; content: Buffer; mode: number }[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content, mode } of files) tar.entry({ name, mode, mtime: new Date(0) }, content);
  tar.finalize();
  return buffer(tar);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
