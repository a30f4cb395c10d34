// The log of a pod: which container and run, followed or not, searched.
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Card } from '../../../parts/card.tsx';
import { NameFilter } from '../../../parts/name-filter.tsx';
import { Choice } from '../../../parts/choice.tsx';
import { Toggle } from '../../../parts/toggle.tsx';
import { containersOf } from '../container-facts.ts';
import { plainText } from './ansi.ts';
import { linesCome, shownLines, type LogLine } from './log-buffer.ts';
import { LogLines } from './log-lines.tsx';
import { LINES_ASKED, logPath, wholeLogPath, type LogWish } from './log-path.ts';
import { useLog, type LogState } from './use-log.ts';
import './logs.css';

/** The tab. */
export function LogView({ pod }: { pod: Pod }): JSX.Element {
  const { namespace = '', name = '' } = pod.metadata;
  const names = containersOf(pod).map(({ container }) => container.name);
  const first = pod.spec.containers[0]?.name ?? '';
  const [wish, setWish] = useState<LogWish>({
    ...{ namespace, pod: name, container: first },
    ...{ previous: false, follow: true, timestamps: false },
  });
  const [wrap, setWrap] = useState(true);
  const [sought, setSought] = useState('');
  const [attempt, setAttempt] = useState(0);
  const { log, state } = useLog(logPath(wish), attempt);
  const all = useMemo(() => shownLines(log), [log]);
  const lines = useSought(all, sought);
  const change = (part: Partial<LogWish>): void => setWish({ ...wish, ...part });
  return (
    <Card>
      <div class="log-bar">
        <Choice
          label="Container"
          values={names}
          value={wish.container}
          onChange={(container) => change({ container })}
        />
        <Toggle
          label="Follow"
          on={wish.follow && !wish.previous}
          disabled={wish.previous}
          onChange={(follow) => change({ follow })}
        />
        <Toggle label="Previous run" on={wish.previous} onChange={(previous) => change({ previous })} />
        <Toggle label="Times" on={wish.timestamps} onChange={(timestamps) => change({ timestamps })} />
        <Toggle label="Wrap" on={wrap} onChange={setWrap} />
        <NameFilter label="Search the log" value={sought} onChange={setSought} />
        <a class="button plain small" href={wholeLogPath(wish)} download={`${name}-${wish.container}.log`}>
          Download all
        </a>
      </div>
      <LogLines lines={lines} sought={sought} wrap={wrap} follow={wish.follow} />
      <LogFoot
        state={state}
        follows={wish.follow && !wish.previous}
        kept={all.length}
        came={linesCome(log)}
        shown={sought === '' ? undefined : lines.length}
        onAgain={() => setAttempt(attempt + 1)}
      />
    </Card>
  );
}

/** Lines with the text; what each says is worked out once. */
function useSought(lines: readonly LogLine[], sought: string): readonly LogLine[] {
  const known = useMemo(() => new WeakMap<LogLine, string>(), []);
  return useMemo(() => {
    const wanted = sought.toLowerCase();
    if (wanted === '') return lines;
    return lines.filter((line) => {
      const text = known.get(line) ?? plainText(line.text).toLowerCase();
      known.set(line, text);
      return text.includes(wanted);
    });
  }, [known, lines, sought]);
}

interface LogFootProps {
  state: LogState;
  follows: boolean;
  kept: number;
  came: number;
  /** Lines with what is searched for; undefined without a search. */
  shown: number | undefined;
  onAgain: () => void;
}

function LogFoot({ state, follows, kept, came, shown, onAgain }: LogFootProps): JSX.Element {
  return (
    <div class="log-foot" role="status">
      <span class={state.type === 'failed' ? 'warn-text' : ''}>
        {sentenceOf(state, follows, kept)}
        {shown === undefined ? '' : ` ${shown} of ${kept} lines have the text.`}
        {came > kept ? ` Only the latest ${kept.toLocaleString('en')} lines are kept here.` : ''}
        {came === LINES_ASKED ? ` Begins ${LINES_ASKED.toLocaleString('en')} lines before the end.` : ''}
      </span>
      {state.type === 'reading' ? null : (
        <button type="button" class="button plain small" onClick={onAgain}>
          Read again
        </button>
      )}
    </div>
  );
}

function sentenceOf(state: LogState, follows: boolean, kept: number): string {
  if (state.type === 'failed') return `It cannot be read: ${state.message}.`;
  if (state.type === 'reading')
    return follows ? (kept === 0 ? 'Nothing has been written yet; following.' : 'Following.') : 'Reading …';
  if (follows) return kept === 0 ? 'The container has ended without a word.' : 'The container has ended.';
  return kept === 0 ? 'Nothing has been written.' : 'That is all there was when it was read.';
}
