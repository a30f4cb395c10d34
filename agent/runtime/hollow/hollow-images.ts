// The images of a hollow engine, and a registry that has what it is said to have. Images survive a reboot.
import { createHash } from 'node:crypto';
import type { Clock } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';
import { untilAborted } from '@gantry/kit/until-aborted';
import { parseImageName } from '../image-name.ts';
import type { ImageOptions, ImageState, Runtime } from '../runtime.ts';
import { pullWishes } from './behaviour-annotations.ts';
import type { HollowProgram } from './hollow-program.ts';

export interface HollowImage extends ImageState {
  /** What can be run in it, by name or path; undefined: whatever somebody asks for, behaving as the pod says. */
  programs?: Readonly<Record<string, HollowProgram>>;
  /** Files that come with it, by path. */
  files?: Readonly<Record<string, string>>;
}

/** What the registry says of a name. */
export interface RegistryAnswer {
  pullMs: number;
  sizeBytes: number;
  error?: 'image-not-found' | 'image-pull-auth' | 'image-pull-failed';
  programs?: HollowImage['programs'];
}

export interface HollowImages {
  ensure: Runtime['ensureImage'];
  list(): ImageState[];
  find(id: string): HollowImage | undefined;
  add(image: HollowImage): void;
  remove(id: string): void;
}

export interface HollowImagesDeps {
  clock: Clock;
  /** Waits while the host is on. */
  wait: (ms: number) => Promise<void>;
  registry: (name: string) => RegistryAnswer;
}

const SHORT_ID_LENGTH_MIN = 12;

export function createHollowImages(deps: HollowImagesDeps): HollowImages {
  const images = new Map<string, HollowImage>();
  const pulls = new Map<string, Promise<HollowImage>>();
  const find = (key: string): HollowImage | undefined => {
    const hex = key.replace(/^sha256:/, '');
    return (
      images.get(key) ??
      [...images.values()].find(
        ({ id, names }) =>
          names.includes(key) || (hex.length >= SHORT_ID_LENGTH_MIN && id.startsWith(`sha256:${hex}`)),
      )
    );
  };
  const pull = (name: string, options: ImageOptions): Promise<HollowImage> => {
    const underWay = pulls.get(name);
    if (underWay !== undefined) return underWay;
    const begun = pullFrom(deps, name, find(name), options)
      .then((image) => {
        images.set(image.id, image);
        return image;
      })
      .finally(() => pulls.delete(name));
    pulls.set(name, begun);
    return begun;
  };
  return {
    list: () => [...images.values()].map(({ id, names, sizeBytes }) => ({ id, names, sizeBytes })),
    find,
    add: (image) => void images.set(image.id, image),
    remove: (id) => void images.delete(id),
    async ensure(name, policy, options = {}) {
      const beganAtMs = deps.clock.nowMs();
      const parsed = parseImageName(name);
      if (parsed === undefined) throw refused('invalid-image-name', `"${name}" is no name of an image`);
      const key = parsed.kind === 'id' ? parsed.id : parsed.full;
      const local = policy === 'Always' && parsed.kind !== 'id' ? undefined : find(key);
      if (local === undefined && parsed.kind === 'id') {
        throw refused('image-not-found', `image ${name} is not on this node, and no ID can be pulled`);
      }
      if (local === undefined && policy === 'Never') {
        throw refused('image-never-pull', `image ${name} is not on this node, and its policy is Never`);
      }
      const { id, sizeBytes } = local ?? (await untilAborted(pull(key, options), options.signal));
      return { id, sizeBytes, pulled: local === undefined, durationMs: deps.clock.nowMs() - beganAtMs };
    },
  };
}

/** What is there already takes no time: the registry says only that it is the same. */
async function pullFrom(
  { wait, registry }: HollowImagesDeps,
  name: string,
  present: HollowImage | undefined,
  { annotations }: ImageOptions,
): Promise<HollowImage> {
  const said = registry(name);
  const wishes = pullWishes(annotations);
  const error = wishes.pullError ?? said.error;
  if (present === undefined) await wait(wishes.pullMs ?? said.pullMs);
  if (error !== undefined) throw refused(error, `pull ${name}: the hollow registry says ${error}`);
  if (present !== undefined) return present;
  const id = `sha256:${createHash('sha256').update(name).digest('hex')}`;
  const { sizeBytes, programs } = said;
  return { id, names: [name], sizeBytes, ...(programs === undefined ? {} : { programs }) };
}

function refused(code: string, message: string): OperationalError {
  return new OperationalError(code, message);
}
