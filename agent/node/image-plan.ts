// Which images to remove when the disk fills up. Pure.
import type { ImageState } from '../runtime/runtime.ts';

export interface ImagePlanInputs {
  diskFreeBytes: number;
  diskTotalBytes: number;
  images: readonly ImageState[];
  /** IDs and names of images that containers or pods use. */
  used: ReadonlySet<string>;
  /** When this agent last saw each image in use, by ID. Others are not ours to remove: the engine may be shared. */
  lastUsedMs: ReadonlyMap<string, number>;
}

/** Kubernetes' thresholds: begin above 85 % used, stop at 80 %. */
const HIGH_SHARE = 0.85;
const LOW_SHARE = 0.8;

/** IDs of the images to remove, in order; empty while there is room. */
export function planImageRemoval(inputs: ImagePlanInputs): string[] {
  const { diskFreeBytes, diskTotalBytes } = inputs;
  if (diskTotalBytes - diskFreeBytes <= diskTotalBytes * HIGH_SHARE) return [];
  const toFreeBytes = diskTotalBytes - diskFreeBytes - diskTotalBytes * LOW_SHARE;
  const unused = inputs.images
    .filter(({ id }) => inputs.lastUsedMs.has(id))
    .filter(({ id, names }) => !inputs.used.has(id) && !names.some((name) => inputs.used.has(name)))
    .toSorted((a, b) => lastUsed(inputs, a) - lastUsed(inputs, b) || b.sizeBytes - a.sizeBytes);
  const removed: string[] = [];
  let freedBytes = 0;
  for (const { id, sizeBytes } of unused) {
    if (freedBytes >= toFreeBytes) break;
    removed.push(id);
    freedBytes += sizeBytes;
  }
  return removed;
}

function lastUsed(inputs: ImagePlanInputs, image: ImageState): number {
  return inputs.lastUsedMs.get(image.id) ?? 0;
}
