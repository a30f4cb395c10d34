// The log of a container while it is looked at. What arrives is shown in steps: a container may write faster than anyone
// reads.
import { useEffect, useState } from 'preact/hooks';
import type { Outcome } from '../../../request/request.ts';
import { usePage } from '../../../shell/page.ts';
import { EMPTY_LOG, endText, takeText, type LogBuffer } from './log-buffer.ts';

/** How the reading stands. */
export type LogState = { type: 'reading' } | { type: 'ended' } | { type: 'failed'; message: string };

const SHOWN_EVERY_MS = 100;

/** Reads a path; again when `attempt` differs. Undefined reads nothing and keeps what there is. */
export function useLog(path: string | undefined, attempt: number): { log: LogBuffer; state: LogState } {
  const { streamText } = usePage();
  const [log, setLog] = useState(EMPTY_LOG);
  const [state, setState] = useState<LogState>({ type: 'reading' });
  useEffect(() => {
    if (path === undefined) return undefined;
    const wanted = new AbortController();
    let arrived = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      const text = arrived;
      arrived = '';
      setLog((known) => takeText(known, text));
    };
    setLog(EMPTY_LOG);
    setState({ type: 'reading' });
    const onText = (text: string): void => {
      arrived += text;
      timer ??= setTimeout(show, SHOWN_EVERY_MS);
    };
    void streamText(path, { signal: wanted.signal, onText }).then((outcome) => {
      if (wanted.signal.aborted) return;
      clearTimeout(timer);
      show();
      setLog(endText);
      setState(stateAfter(outcome));
    });
    return () => {
      wanted.abort();
      clearTimeout(timer);
    };
  }, [streamText, path, attempt]);
  return { log, state };
}

function stateAfter(outcome: Outcome<undefined>): LogState {
  return outcome.ok ? { type: 'ended' } : { type: 'failed', message: outcome.message };
}
