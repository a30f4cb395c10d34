// The lines of a log: only those in sight are in the document. Stays at the end while it is there.
import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useVirtual } from '../../../parts/use-virtual.ts';
import { foldPieces, type FoldedLine } from './fold-pieces.ts';
import { foundPieces, type FoundPiece } from './found-pieces.ts';
import type { LogLine } from './log-buffer.ts';

interface LogLinesProps {
  lines: readonly LogLine[];
  sought: string;
  wrap: boolean;
  /** Whether new lines are gone along with. */
  follow: boolean;
}

const LINE_PX = 20;
const LINES_IN_SIGHT = 28;
/** So near to the end counts as being there. */
const END_PX = 40;

/** The lines. */
export function LogLines({ lines, sought, wrap, follow }: LogLinesProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [opened, toggleLine] = useToggled();
  const virtualizer = useVirtual({
    count: lines.length,
    scroller,
    rowPx: LINE_PX,
    rowsInSight: LINES_IN_SIGHT,
    keyOf: (index) => lines[index]?.number ?? index,
  });
  const height = virtualizer.getTotalSize();
  const toEnd = (): void => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  useLayoutEffect(() => {
    if (follow && atEnd) toEnd();
  }, [height, lines.at(-1)?.number, follow, atEnd]);
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, wrap]);
  const toggle = (number: number): void => {
    toggleLine(number);
    // Who reads one line is not to be carried off to the latest.
    setAtEnd(false);
  };
  return (
    <div class="log-place">
      <div
        class={wrap ? 'log wrap' : 'log'}
        ref={scroller}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        tabIndex={0}
        onScroll={({ currentTarget }) => setAtEnd(isAtEnd(currentTarget))}
      >
        <div class="log-space" style={{ height: `${height}px` }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            return line === undefined ? null : (
              <div
                key={line.number}
                class="log-line"
                data-index={index}
                ref={virtualizer.measureElement}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Line
                  {...{ line, sought, isOpen: opened.has(line.number) }}
                  onToggle={() => toggle(line.number)}
                />
              </div>
            );
          })}
        </div>
      </div>
      {follow && !atEnd ? (
        <button type="button" class="button primary small log-end" onClick={toEnd}>
          Latest ↓
        </button>
      ) : null}
    </div>
  );
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < END_PX;
}

/** Numbers that are on, and what turns one on or off. */
function useToggled(): [on: ReadonlySet<number>, toggle: (number: number) => void] {
  const [on, setOn] = useState<ReadonlySet<number>>(new Set());
  return [on, (number) => setOn((known) => toggled(known, number))];
}

function toggled(known: ReadonlySet<number>, number: number): ReadonlySet<number> {
  const others = [...known].filter((one) => one !== number);
  return new Set(known.has(number) ? others : [...others, number]);
}

interface LineProps {
  line: LogLine;
  sought: string;
  /** Whether all of a very long line is shown. */
  isOpen: boolean;
  onToggle: () => void;
}

function Line({ line: { text, lost }, sought, isOpen, onToggle }: LineProps): JSX.Element {
  // Worked out once: a list that follows is drawn anew with each line that comes.
  const all = useMemo(() => foundPieces(text, sought), [text, sought]);
  const folded = useMemo(() => foldPieces(all), [all]);
  const isLong = folded.before + folded.after > 0;
  const shown = isOpen ? all : folded.pieces;
  return (
    <>
      {isOpen || folded.before === 0 ? null : <span class="log-cut">… </span>}
      {shown.length === 0 ? '\u00a0' : shown.map((piece, at) => <PieceView key={at} piece={piece} />)}
      {isLong ? <FoldButton folded={folded} isOpen={isOpen} onToggle={onToggle} /> : null}
      {lost > 0 && (isOpen || !isLong) ? (
        <span class="log-cut"> … {lost.toLocaleString('en')} more are only in “Download all”</span>
      ) : null}
    </>
  );
}

function PieceView({ piece: { text, style, found } }: { piece: FoundPiece }): JSX.Element {
  return found ? <mark class={style}>{text}</mark> : <span class={style}>{text}</span>;
}

function FoldButton({ folded: { before, after }, isOpen, onToggle }: FoldButtonProps): JSX.Element {
  return (
    <button type="button" class="log-fold" aria-expanded={isOpen} onClick={onToggle}>
      {isOpen ? 'Show less' : `… ${(before + after).toLocaleString('en')} more characters`}
    </button>
  );
}

type FoldButtonProps = Pick<LineProps, 'isOpen' | 'onToggle'> & { folded: FoldedLine };
