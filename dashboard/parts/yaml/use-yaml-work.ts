// Loads what the YAML views work with, once one of them is in sight.
import { useEffect, useState } from 'preact/hooks';
import type { YamlWork } from './write-object.ts';

/** Undefined while it is loading. */
export function useYamlWork(): YamlWork | undefined {
  const [work, setWork] = useState<YamlWork | undefined>(undefined);
  useEffect(() => {
    void import('./yaml-work.ts').then((loaded) => setWork(loaded));
  }, []);
  return work;
}
