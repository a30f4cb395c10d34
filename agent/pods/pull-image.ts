// Makes sure that an image is there, with the credentials that fit, and tells the user in Kubernetes' words.
import type { Clock } from '@gantry/kit/clock';
import { codeOf } from '@gantry/kit/operational-error';
import type { Runtime } from '../runtime/runtime.ts';
import type { PodEventText } from './event-text.ts';
import type { Step } from './step.ts';

const LOOK_MS = 250;
/** Failures that only a pull can have. */
const PULL_FAILURES = new Set(['image-not-found', 'image-pull-failed', 'image-pull-auth']);

export interface PullDeps {
  clock: Clock;
  runtime: Pick<Runtime, 'ensureImage'>;
  record(event: PodEventText): void;
}

type EnsureImage = Step & { type: 'ensure-image' };

/** @returns the image's ID. @throws OperationalError with the code of the last try. */
export async function pullImage(deps: PullDeps, step: EnsureImage, signal: AbortSignal): Promise<string> {
  const { container, image } = step;
  const pulling = announcement(deps, container, image);
  // What takes longer than a look at the engine's own images is a pull.
  const cancel = deps.clock.schedule(LOOK_MS, pulling);
  const found = await ensure(deps, step, signal)
    .catch((error: unknown) => {
      if (PULL_FAILURES.has(codeOf(error) ?? '')) pulling();
      throw error;
    })
    .finally(cancel);
  if (found.pulled) pulling();
  const message = found.pulled
    ? `Successfully pulled image "${image}" in ${String(found.durationMs)}ms. Image size: ${String(found.sizeBytes)} bytes.`
    : `Container image "${image}" already present on machine`;
  deps.record({ severity: 'Normal', reason: 'Pulled', message, container });
  return found.id;
}

/** Says once that a pull has begun. */
function announcement(deps: PullDeps, container: string, image: string): () => void {
  let isSaid = false;
  return () => {
    if (isSaid) return;
    isSaid = true;
    deps.record({ severity: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"`, container });
  };
}

/** Credentials are tried in the order of the pod's Secrets; none are sent where there are none. */
async function ensure(deps: PullDeps, step: EnsureImage, signal: AbortSignal) {
  const { image, policy, annotations } = step;
  let refused: unknown;
  for (const auth of [...step.auths, undefined]) {
    try {
      return await deps.runtime.ensureImage(image, policy, { auth, annotations, signal });
    } catch (error) {
      if (codeOf(error) !== 'image-pull-auth') throw error;
      refused ??= error;
    }
  }
  throw refused;
}
