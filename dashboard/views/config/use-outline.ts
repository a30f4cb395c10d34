// What of a Secret may be told without showing it: its entries' names and sizes, and whether they may change.
import { useEffect, useState } from 'preact/hooks';
import type { Request } from '../../request/request.ts';
import { usePage } from '../../shell/page.ts';
import type { EntriesBase } from './entries/use-entries-edit.ts';

/** As the server tells it. */
export interface Outline {
  type: string;
  immutable: boolean;
  resourceVersion: string;
  keys: readonly { key: string; bytes: number }[];
}

/** Which Secret. */
export interface SecretPlace {
  namespace: string;
  name: string;
}

/** Reads it anew with each `version`; not at all for who may not. */
export function useOutline(
  place: SecretPlace,
  { version, may }: { version: string | undefined; may: boolean },
) {
  const { request } = usePage();
  const { namespace, name } = place;
  const [outline, setOutline] = useState<Outline | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (!may) return undefined;
    const ended = new AbortController();
    void readOutline(request, { namespace, name }, ended.signal).then((found) => {
      if (ended.signal.aborted) return;
      setProblem(typeof found === 'string' ? found : undefined);
      if (typeof found !== 'string') setOutline(found);
    });
    return () => ended.abort();
  }, [namespace, name, version, may]);
  return { outline, problem };
}

/** @returns the sentence that refuses it otherwise. */
export async function readOutline(
  request: Request,
  { namespace, name }: SecretPlace,
  signal?: AbortSignal,
): Promise<Outline | string> {
  const query = new URLSearchParams({ namespace, name });
  const options = signal === undefined ? {} : { signal };
  const outcome = await request<Outline>(`/gantry/v1/dashboard/secret-outline?${query}`, options);
  return outcome.ok ? outcome.value : outcome.message;
}

/** What an editor begins with: no value is known. */
export function baseOfOutline({ resourceVersion, keys }: Outline): EntriesBase {
  return { resourceVersion, entries: keys };
}
