// Images of the engine: found, pulled where the policy says so, listed, removed. An ID is never asked of a registry.
import type { Clock } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';
import type { ImageInfo } from 'dockerode';
import type { ImageAuth, ImageState, Runtime } from '../runtime.ts';
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';
import { parseImageName } from '../image-name.ts';
import { PAUSE_REPOSITORY } from './pause-image.ts';
import { createPuller, type Puller } from './pull.ts';

/** The image part of a runtime. */
export type Images = Pick<Runtime, 'ensureImage' | 'listImages' | 'removeImage'>;

interface FoundImage {
  id: string;
  sizeBytes: number;
}

/** A burst of pods of one image asks once. Short, since anyone may remove an image behind our back. */
const REMEMBER_MS = 2000;
const REMEMBERED_MAX = 100;

export function createImages(deps: { engine: Engine; clock: Clock }): Images {
  const { engine, clock } = deps;
  const puller = createPuller(deps);
  const find = rememberFor(clock, (name) => findImage(engine, name));

  return {
    async ensureImage(name, policy, { auth, signal } = {}) {
      const startedAtMs = clock.nowMs();
      const parsed = parseImageName(name);
      if (parsed === undefined) {
        throw new OperationalError('invalid-image-name', `"${name}" is no name of an image`);
      }
      const byId = parsed.kind === 'id';
      const key = byId ? parsed.id : parsed.full;
      const local = policy === 'Always' && !byId ? undefined : await find.get(key);
      if (local !== undefined) return { ...local, pulled: false, durationMs: clock.nowMs() - startedAtMs };
      if (byId) {
        throw new OperationalError(
          'image-not-found',
          `image ${name} is not on this node, and no ID can be pulled`,
        );
      }
      if (policy === 'Never') {
        throw new OperationalError(
          'image-never-pull',
          `image ${name} is not on this node, and its policy is Never`,
        );
      }
      const pulled = await pullAndFind(puller, find, key, auth, signal);
      return { ...pulled, pulled: true, durationMs: clock.nowMs() - startedAtMs };
    },
    async listImages() {
      const images = await engine.call('list images', (abortSignal) =>
        engine.docker.listImages({ abortSignal } as object),
      );
      return images.map(stateOf).filter((image) => !image.names.some(isPauseName));
    },
    async removeImage(id) {
      find.forget();
      await removeUnused(engine, id);
    },
  };
}

/** Takes all names of an image, and it, away; unless a container of anybody needs it. */
async function removeUnused(engine: Engine, id: string): Promise<void> {
  try {
    const users = await engine.call(`containers of image ${id}`, (abortSignal) =>
      engine.docker.listContainers({
        all: true,
        limit: 1,
        filters: { ancestor: [id] },
        abortSignal,
      } as object),
    );
    if (users.length > 0) return;
    // By force, since the engine refuses an image of several names otherwise; never one that runs.
    await engine.call(`remove image ${id}`, (abortSignal) =>
      engine.docker.getImage(id).remove({ force: true, abortSignal } as object),
    );
  } catch (error) {
    if (!hasStatus(error, 404, 409)) throw error;
  }
}

async function pullAndFind(
  puller: Puller,
  find: Remembered,
  name: string,
  auth: ImageAuth | undefined,
  signal: AbortSignal | undefined,
): Promise<FoundImage> {
  await puller.pull(name, auth, signal);
  find.forget();
  const found = await find.get(name);
  if (found === undefined)
    throw new OperationalError('image-pull-failed', `image ${name} was pulled but is not there`);
  return found;
}

async function findImage(engine: Engine, name: string): Promise<FoundImage | undefined> {
  try {
    const image = await engine.call(`inspect image ${name}`, (abortSignal) =>
      engine.docker.getImage(name).inspect({ abortSignal } as object),
    );
    return { id: image.Id, sizeBytes: image.Size };
  } catch (error) {
    if (hasStatus(error, 404, 400)) return undefined;
    throw error;
  }
}

interface Remembered {
  get(name: string): Promise<FoundImage | undefined>;
  forget(): void;
}

/** Remembers only what was found, for a moment. */
function rememberFor(clock: Clock, look: (name: string) => Promise<FoundImage | undefined>): Remembered {
  const found = new Map<string, { answer: Promise<FoundImage | undefined>; untilMs: number }>();
  return {
    async get(name) {
      const known = found.get(name);
      if (known !== undefined && clock.nowMs() < known.untilMs) return known.answer;
      if (found.size >= REMEMBERED_MAX) found.clear();
      const answer = look(name);
      found.set(name, { answer, untilMs: clock.nowMs() + REMEMBER_MS });
      const image = await answer.catch((error: unknown) => {
        found.delete(name);
        throw error;
      });
      if (image === undefined) found.delete(name);
      return image;
    },
    forget: () => {
      found.clear();
    },
  };
}

function stateOf(image: ImageInfo): ImageState {
  const names = [...(image.RepoTags ?? []), ...(image.RepoDigests ?? [])];
  return {
    id: image.Id,
    names: names.filter((name) => !name.startsWith('<none>')),
    sizeBytes: image.Size,
  };
}

function isPauseName(name: string): boolean {
  return name.startsWith(`${PAUSE_REPOSITORY}:`);
}
