// What a flag is for somebody: asked of the control plane over OFREP, as every OpenFeature program asks.
import { typedContext } from '@gantry/api/flags/typed-context';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { usePage } from '../../shell/page.ts';

interface Decision {
  value?: unknown;
  variant?: string;
  reason?: string;
}

/** The answer, or why there is none. */
type Answer = { decision: Decision } | { code: string; message: string };

/** The card. */
export function TryFlag({ namespace, flagKey }: { namespace: string; flagKey: string }): JSX.Element {
  const { request } = usePage();
  const [text, setText] = useState('targetingKey=anna\n');
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  const ask = async (): Promise<void> => {
    const lines = text.split('\n').map((line) => line.trim());
    const typed = typedContext(lines.filter((line) => line !== ''));
    if ('fault' in typed) {
      setAnswer({ code: 'Cannot be read', message: `“${typed.fault}” is not NAME=VALUE.` });
      return;
    }
    const path = `/namespaces/${encodeURIComponent(namespace)}/ofrep/v1/evaluate/flags/${encodeURIComponent(flagKey)}`;
    const outcome = await request<Decision>(path, { method: 'POST', body: { context: typed.context } });
    if (outcome.ok) setAnswer({ decision: outcome.value });
    else setAnswer({ code: outcome.reason, message: outcome.message });
  };
  return (
    <Card title="Try it">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <label class="field-line">
          <span>For whom: NAME=VALUE, one a line; numbers, true, false and JSON are taken as such</span>
          <textarea
            class="context-text"
            rows={4}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="submit" class="button primary">
            Evaluate
          </button>
        </div>
      </form>
      <div aria-live="polite">{answer === undefined ? null : <AnswerText answer={answer} />}</div>
    </Card>
  );
}

function AnswerText({ answer }: { answer: Answer }): JSX.Element {
  if ('code' in answer)
    return (
      <p class="decision">
        <Badge tone="bad">{answer.code}</Badge> {answer.message}
      </p>
    );
  const { value, variant, reason = '' } = answer.decision;
  return (
    <p class="decision">
      <Badge tone={variant === undefined ? 'quiet' : 'good'}>{variant ?? 'no variant'}</Badge>{' '}
      {value === undefined ? 'the value in the program’s own code' : <code>{JSON.stringify(value)}</code>}{' '}
      <span class="quiet">
        {reason}: {REASONS[reason] ?? 'as the server says'}
      </span>
    </p>
  );
}

/** OpenFeature's reasons, in words. */
const REASONS: Readonly<Record<string, string>> = {
  TARGETING_MATCH: 'a rule of its targeting named this variant',
  DEFAULT: 'targeting named no variant, so it is the default',
  STATIC: 'it has no targeting, so all get the default',
  DISABLED: 'it is off: disabled, killed, or a prerequisite is not met',
  STALE: 'the last known value: the server may be behind',
  SPLIT: 'by share, from the targeting key',
};
