// In which order manifests are applied: what others need comes first. Pure.

/** Kinds that others live in or name; everything else follows in the order of the files. */
const FIRST = ['Namespace', 'ServiceAccount', 'Secret', 'ConfigMap'];

/** Manifests in waves; those of one wave do not need one another. */
export function applyWaves<M extends { definition: { kind: string } }>(manifests: readonly M[]): M[][] {
  const waveOf = ({ definition }: M): number => {
    const index = FIRST.indexOf(definition.kind);
    return index === -1 ? FIRST.length : index;
  };
  const waves = Array.from({ length: FIRST.length + 1 }, (): M[] => []);
  for (const manifest of manifests) waves[waveOf(manifest)]?.push(manifest);
  return waves.filter((wave) => wave.length > 0);
}
