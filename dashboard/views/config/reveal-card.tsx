// The values of one Secret: hidden until they are asked for, which is recorded, and hidden again after a minute.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Card } from '../../parts/card.tsx';
import { RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { secretValues } from './secret-values.ts';
import { ValueList } from './value-list.tsx';

/** How long values stay in sight. */
const SHOWN_SECONDS = 60;

interface Revealed {
  type: string;
  data: Readonly<Record<string, string>>;
  /** When they are hidden again. */
  untilMs: number;
}

/** The card. Leaving the page forgets the values. */
export function RevealCard({ namespace, name }: { namespace: string; name: string }): JSX.Element {
  const { request, access, notices, nowMs } = usePage();
  const [revealed, setRevealed] = useState<Revealed | undefined>(undefined);
  useEffect(() => {
    if (revealed === undefined) return undefined;
    const timer = setTimeout(() => setRevealed(undefined), SHOWN_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [revealed]);
  const reveal = async (): Promise<void> => {
    const outcome = await request<Omit<Revealed, 'untilMs'>>('/gantry/v1/dashboard/reveal', {
      method: 'POST',
      body: { namespace, name },
    });
    if (outcome.ok) setRevealed({ ...outcome.value, untilMs: nowMs.peek() + SHOWN_SECONDS * 1000 });
    else notices.add('bad', `The values cannot be shown: ${outcome.message}`);
  };
  const may = access.may('get', RESOURCES.secrets, namespace, name);
  if (revealed === undefined)
    return (
      <Card title="Values">
        <p>
          They are hidden.{' '}
          {may
            ? 'That you have looked at them is recorded as an Event of this Secret.'
            : 'You may not see them.'}
        </p>
        {may ? (
          <button type="button" class="button primary" onClick={() => void reveal()}>
            Reveal for {SHOWN_SECONDS} seconds
          </button>
        ) : null}
      </Card>
    );
  const seconds = Math.max(0, Math.ceil((revealed.untilMs - nowMs.value) / 1000));
  return (
    <Card
      title={`Values (${revealed.type})`}
      actions={
        <button type="button" class="button plain small" onClick={() => setRevealed(undefined)}>
          Hide ({seconds} s)
        </button>
      }
    >
      <ValueList values={secretValues(revealed.data)} />
    </Card>
  );
}
