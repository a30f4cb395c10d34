// Lines over time. Colours follow the theme; the figures are also in the text that goes with a chart.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePage } from '../shell/page.ts';
import { readColours } from './theme-colours.ts';

/** One line. */
export interface ChartLine {
  label: string;
  /** A CSS variable of the theme: `--series-1`. */
  colour: string;
  /** One value a time; null where there is none. */
  values: readonly (number | null)[];
  /** Steps instead of slopes: for settings, such as weights. */
  stepped?: boolean;
  dashed?: boolean;
}

interface ChartProps {
  label: string;
  /** Milliseconds, rising. */
  times: readonly number[];
  lines: readonly ChartLine[];
  /** `%`, `ms`, `/s`. */
  unit: string;
  height?: number;
  max?: number;
}

/** Seconds that a chart shows at least. */
const WINDOW_S = 120;
const TWO = '2-digit';
/** Of one length whatever the language: ticks must not run into each other. */
const TIME = new Intl.DateTimeFormat(undefined, { hourCycle: 'h23', hour: TWO, minute: TWO, second: TWO });

/** A chart as wide as its place. */
export function LineChart(props: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const isDark = usePage().isDark.value;
  const shape = props.lines.map(({ label, colour }) => `${label} ${colour}`).join('\n');
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const options = readColours(element, (colourOf) => optionsOf(props, element.clientWidth, colourOf));
    const made = new UPlot(options, dataOf(props), element);
    chart.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: props.height ?? 180 });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [shape, isDark]);
  useEffect(() => {
    chart.current?.setData(dataOf(props));
  }, [props.times, props.lines]);
  return <div class="chart" role="img" aria-label={props.label} ref={place} />;
}

function dataOf({ times, lines }: ChartProps): UPlot.AlignedData {
  return [times.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])];
}

function optionsOf(
  { lines, unit, height = 180, max }: ChartProps,
  widthPx: number,
  colourOf: (name: string) => string,
): UPlot.Options {
  const axis = {
    stroke: colourOf('--text-quiet'),
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { stroke: colourOf('--line'), width: 1 },
  };
  const stepped = UPlot.paths.stepped?.({ align: 1 });
  return {
    width: Math.max(200, widthPx),
    height,
    legend: { live: false },
    scales: {
      // A few minutes at least: the first seconds are no reason to stretch them over the whole width.
      x: { range: (chart) => windowOf(chart.data[0]) },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), max ?? Math.max(1, (high ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, space: 70, values: timesOf },
      { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => `${tick}${unit}`) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: colourOf(line.colour),
        width: 2,
        points: { show: false },
        value: (_: UPlot, value: number | null) =>
          value === null ? '–' : `${Math.round(value * 10) / 10}${unit}`,
        ...(line.dashed === true ? { dash: [6, 4] } : {}),
        ...(line.stepped === true && stepped !== undefined ? { paths: stepped } : {}),
      })),
    ],
  };
}

/** By the moments themselves: of a single one the library makes a day that begins with it. */
function windowOf(moments: ArrayLike<number>): [number, number] {
  const last = moments[moments.length - 1] ?? 0;
  return [Math.min(moments[0] ?? 0, last - WINDOW_S), last];
}

/** Before the first moment there is no time to tell. */
function timesOf({ data: [moments] }: UPlot, ticks: number[]): string[] {
  return moments.length === 0 ? [] : ticks.map((tick) => TIME.format(tick * 1000));
}
