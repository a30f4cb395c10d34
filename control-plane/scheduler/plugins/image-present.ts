// Prefers nodes that have the pod's images already: no pull, a faster start.
import type { ScorePlugin } from '../plugin.ts';

const MEBIBYTE = 1024 * 1024;
/** Kubernetes' bounds: below the first an image is not worth a thought, above the second all weigh the same. */
const BYTES_MIN = 23 * MEBIBYTE;
const BYTES_MAX_PER_IMAGE = 1000 * MEBIBYTE;

export const imagePresent: ScorePlugin = {
  name: 'ImageLocality',
  scope: 'node',
  weight: 1,
  prepare(pod) {
    const names = pod.needs.images;
    if (names.length === 0) return undefined;
    const bytesMax = BYTES_MAX_PER_IMAGE * names.length;
    return (_node, { images }) => {
      if (images.size === 0) return 0;
      const bytes = names.reduce((sum, name) => sum + (images.get(name) ?? 0), 0);
      return (100 * (Math.max(BYTES_MIN, Math.min(bytes, bytesMax)) - BYTES_MIN)) / (bytesMax - BYTES_MIN);
    };
  },
  *promising(pod, cluster) {
    for (const image of pod.needs.images) yield* cluster.images.of(image);
  },
};
