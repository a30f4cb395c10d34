// Which rows of a long list are in sight: only those are in the document.
import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';

/** A long list. */
export interface VirtualOptions {
  count: number;
  scroller: { readonly current: HTMLDivElement | null };
  /** Height of a row, or a guess where rows are measured. */
  rowPx: number;
  rowsInSight: number;
  /** Keeps what is known of a row when those before it go; the index when absent. */
  keyOf?: (index: number) => number;
}

/** Rows kept beyond the edge, so that scrolling shows no gaps. */
const OVERSCAN = 8;

/** The rows in sight are those of `getVirtualItems()`; `measureElement` as `ref` where rows differ in height. */
export function useVirtual(options: VirtualOptions): Virtualizer<HTMLDivElement, Element> {
  const { count, scroller, rowPx, rowsInSight, keyOf } = options;
  const [, redraw] = useState(0);
  const virtualizer = useMemo(
    () =>
      new Virtualizer<HTMLDivElement, Element>({
        count: 0,
        getScrollElement: () => scroller.current,
        estimateSize: () => rowPx,
        overscan: OVERSCAN,
        initialRect: { width: 800, height: rowsInSight * rowPx },
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        measureElement,
        onChange: () => redraw((times) => times + 1),
      }),
    [],
  );
  virtualizer.setOptions({
    ...virtualizer.options,
    count,
    ...(keyOf === undefined ? {} : { getItemKey: keyOf }),
  });
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => {
    virtualizer._willUpdate();
  });
  return virtualizer;
}
