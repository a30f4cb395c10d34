// What happened to an object and all that belongs to it, or to everything: in causal order, across machines, live.
import { collectionPathOf } from '@gantry/api/paths';
import { clockSentences, skewText } from '@gantry/api/timeline/clock-text';
import {
  timelineResource,
  type TimelineEntry,
  type TimelineEvent,
} from '@gantry/api/timeline/timeline-entry';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { openLines } from '../live/line-stream.ts';
import { RESOURCES, resourceOfKind, type ResourceWord } from '../request/resource-paths.ts';
import { objectHref } from '../shell/route.ts';
import { Badge } from './badge.tsx';
import { Card, Empty } from './card.tsx';
import {
  NO_TIMELINE,
  takeTimeline,
  timelineRows,
  type TimelineFilter,
  type TimelineState,
} from './timeline-rows.ts';
import './timeline.css';

/** The timeline of one object and what belongs to it, for the object's page. */
export function TimelineOf({ word, namespace, name }: TimelineOfProps): JSX.Element {
  const { group, resource } = RESOURCES[word];
  const target = `${group === '' ? resource : `${resource}.${group}`}/${name}`;
  return <Timeline path={timelinePath(namespace ?? '', target)} />;
}

interface TimelineOfProps {
  word: ResourceWord;
  namespace?: string;
  name: string;
}

/** Where it is asked for; `target` is `TYPE/NAME`, everything when undefined. */
export function timelinePath(namespace: string, target: string | undefined): string {
  const query = new URLSearchParams({ watch: 'true', ...(target === undefined ? {} : { for: target }) });
  return `${collectionPathOf(timelineResource, namespace)}?${query}`;
}

/** Entries shown at a time. */
const SHOWN_FIRST = 100;

/** A timeline with its filters. */
export function Timeline({ path }: { path: string }): JSX.Element {
  const { state, problem } = useTimeline(path);
  const [filter, setFilter] = useState<TimelineFilter>({ text: '', warningsOnly: false, all: false });
  const [limit, setLimit] = useState(SHOWN_FIRST);
  const rows = useMemo(() => timelineRows(state, filter), [state, filter]);
  return (
    <Card title="Timeline" actions={<Filters filter={filter} onChange={setFilter} />}>
      {problem === undefined ? null : <p class="warn-text">{problem}</p>}
      {[...clockSentences(state.clocks), ...state.warnings].map((sentence) => (
        <p key={sentence} class="warn-text">
          {sentence}
        </p>
      ))}
      {rows.length === 0 ? (
        <Nothing synced={state.synced} refused={problem !== undefined} filter={filter} />
      ) : (
        <ol class="timeline" reversed>
          {rows.slice(0, limit).map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {rows.length > limit ? (
        <button type="button" class="button plain small" onClick={() => setLimit(limit + SHOWN_FIRST)}>
          Show older ones ({rows.length - limit})
        </button>
      ) : null}
    </Card>
  );
}

interface NothingProps {
  synced: boolean;
  /** Or broken off: the reason stands above. */
  refused: boolean;
  filter: TimelineFilter;
}

function Nothing({ synced, refused, filter: { text, warningsOnly } }: NothingProps): JSX.Element | null {
  if (!synced) return refused ? null : <Empty>Loading …</Empty>;
  const filtered = text !== '' || warningsOnly;
  return <Empty>{filtered ? 'Nothing of that kind is known.' : 'Nothing is known to have happened.'}</Empty>;
}

/** What comes within this time is shown at once. */
const SHOWN_EVERY_MS = 150;

function useTimeline(path: string): { state: TimelineState; problem: string | undefined } {
  const [state, setState] = useState<TimelineState>(NO_TIMELINE);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEffect(() => {
    setState(NO_TIMELINE);
    let waiting: TimelineEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      const told = waiting;
      waiting = [];
      setState((known) => takeTimeline(known, told));
    };
    const deps = {
      fetch: window.fetch.bind(window),
      schedule: (delayMs: number, run: () => void) => {
        const retry = setTimeout(run, delayMs);
        return () => clearTimeout(retry);
      },
    };
    const end = openLines(deps, path, {
      onValue(value) {
        waiting.push(value as TimelineEvent);
        timer ??= setTimeout(show, SHOWN_EVERY_MS);
      },
      onProblem: setProblem,
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [path]);
  return { state, problem };
}

function Entry({ entry }: { entry: TimelineEntry }): JSX.Element {
  const { time, severity, type, where, skewMs, who, object, what, reasons = [], actions = [] } = entry;
  const at = new Date(time);
  return (
    <li>
      <time dateTime={time} title={at.toLocaleString()}>
        {at.toLocaleTimeString(undefined, { hour12: false })}
        <span class="quiet">.{time.slice(20, 23)}</span>
      </time>
      <div>
        <Badge tone={severity === 'Warning' ? 'warn' : 'quiet'}>{type}</Badge> <ObjectName object={object} />:{' '}
        {/* An arrow in one piece: a line may break behind it, not within. */}
        {what.replaceAll(' -> ', '\u00a0→ ')}
        <div class="quiet">
          {who === '' ? 'somebody' : who} on {where}
          {skewMs === undefined ? '' : `, whose clock is ${skewText(skewMs)}`}
        </div>
        {reasons.length + actions.length === 0 ? null : (
          <details>
            <summary>why and what</summary>
            <ul>
              {[...reasons, ...actions].map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}

function ObjectName({ object: { kind, namespace, name } }: Pick<TimelineEntry, 'object'>): JSX.Element {
  const word = resourceOfKind(kind);
  if (word === undefined)
    return (
      <strong>
        {kind} {name}
      </strong>
    );
  return (
    <a href={objectHref(word, namespace, name)}>
      {kind} {name}
    </a>
  );
}

function Filters({ filter, onChange }: FiltersProps): JSX.Element {
  return (
    <>
      <label class="picker">
        <input
          type="checkbox"
          checked={filter.warningsOnly}
          onChange={({ currentTarget }) => onChange({ ...filter, warningsOnly: currentTarget.checked })}
        />
        Warnings only
      </label>
      <label class="picker">
        <input
          type="checkbox"
          checked={filter.all}
          onChange={({ currentTarget }) => onChange({ ...filter, all: currentTarget.checked })}
        />
        Bookkeeping too
      </label>
      <input
        type="search"
        class="field"
        aria-label="Search the timeline"
        placeholder="Search …"
        value={filter.text}
        onInput={({ currentTarget }) => onChange({ ...filter, text: currentTarget.value })}
      />
    </>
  );
}

interface FiltersProps {
  filter: TimelineFilter;
  onChange: (filter: TimelineFilter) => void;
}
