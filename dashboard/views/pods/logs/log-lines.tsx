// The lines of a log: only those in sight are in the document. Stays at the end while it is there.
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useVirtual } from '../../../parts/use-virtual.ts';
import { foundPieces } from './found-pieces.ts';
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
  const virtualizer = useVirtual({
    count: lines.length,
    scroller,
    rowPx: LINE_PX,
    rowsInSight: LINES_IN_SIGHT,
    keyOf: (index) => lines[index]?.number ?? index,
  });
  const height = virtualizer.getTotalSize();
  const last = lines.at(-1)?.number;
  const toEnd = (): void => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (follow && atEnd) toEnd();
  }, [height, last, follow, atEnd]);
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, wrap]);
  return (
    <div class="log-place">
      <div
        class={wrap ? 'log wrap' : 'log'}
        ref={scroller}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < END_PX)
        }
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
                <Line text={line.text} sought={sought} />
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

function Line({ text, sought }: { text: string; sought: string }): JSX.Element {
  const pieces = foundPieces(text, sought);
  return (
    <>
      {pieces.map(({ text: part, style, found }, at) =>
        found ? (
          <mark key={at} class={style}>
            {part}
          </mark>
        ) : (
          <span key={at} class={style}>
            {part}
          </span>
        ),
      )}
      {pieces.length === 0 ? '\u00a0' : null}
    </>
  );
}
