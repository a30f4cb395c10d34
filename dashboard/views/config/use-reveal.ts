// The values of one Secret in sight: asked for, which is recorded, and gone again after a minute or with another version.
import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../../shell/page.ts';
import { valueOfBase64, type EntryValue } from './entries/entry-draft.ts';
import type { SecretPlace } from './use-outline.ts';

/** How long values stay in sight. */
export const SHOWN_SECONDS = 60;

interface Revealed {
  resourceVersion: string;
  values: ReadonlyMap<string, EntryValue>;
  /** When they are hidden again. */
  untilMs: number;
}

interface Answer {
  resourceVersion: string;
  data: Readonly<Record<string, string>>;
}

/** What is in sight, and how that changes. */
export interface Reveal {
  values: ReadonlyMap<string, EntryValue> | undefined;
  /** Until they are hidden. */
  seconds: number;
  reveal: () => Promise<void>;
  hide: () => void;
}

/** `values` are there only while what is shown is the version that they are of. */
export function useReveal({ namespace, name }: SecretPlace, version: string): Reveal {
  const { request, notices, nowMs } = usePage();
  const [revealed, setRevealed] = useState<Revealed | undefined>(undefined);
  const hide = (): void => setRevealed(undefined);
  useEffect(() => {
    if (revealed === undefined) return undefined;
    const timer = setTimeout(hide, SHOWN_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [revealed]);
  const reveal = async (): Promise<void> => {
    const outcome = await request<Answer>('/gantry/v1/dashboard/reveal', {
      method: 'POST',
      body: { namespace, name },
    });
    if (!outcome.ok) return notices.add('bad', `The values cannot be shown: ${outcome.message}`);
    const { resourceVersion, data } = outcome.value;
    const values = new Map(Object.entries(data).map(([key, base64]) => [key, valueOfBase64(base64)]));
    setRevealed({ resourceVersion, values, untilMs: nowMs.peek() + SHOWN_SECONDS * 1000 });
  };
  const isSame = revealed !== undefined && revealed.resourceVersion === version;
  const seconds = isSame ? Math.max(0, Math.ceil((revealed.untilMs - nowMs.value) / 1000)) : 0;
  return { values: isSame ? revealed.values : undefined, seconds, reveal, hide };
}
