// Asks for a timeline once, or follows it across breaks.
import { readLines, readText } from '@gantry/api/answer-body';
import { collectionPathOf } from '@gantry/api/paths';
import { StatusError } from '@gantry/api/status-error';
import { clockSentences } from '@gantry/api/timeline/clock-text';
import { isBookkeeping } from '@gantry/api/timeline/bookkeeping';
import {
  timelineResource,
  type TimelineEntry,
  type TimelineEvent,
  type TimelineList,
} from '@gantry/api/timeline/timeline-entry';
import { parseWarnings } from '@gantry/api/warning-header';
import { sleep } from '@gantry/kit/clock';
import { RecentMap } from '@gantry/kit/recent-map';
import { getRaw } from '../api-request.ts';
import type { CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns, alignRow, columnWidths } from '../print/aligned.ts';
import { timelineHead, timelineRow } from './timeline-rows.ts';

/** What is asked for. */
export interface TimelineAsked {
  /** Empty: of all namespaces. */
  namespace: string;
  /** `rollout/web`; of everything there when absent. */
  target?: string;
  since?: string;
  limit?: string;
  /** Also what parts of Gantry write down for themselves. */
  all: boolean;
  format: 'text' | 'wide' | 'json';
}

const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
const LINE_BYTES_MAX = 1024 * 1024;
const RETRY_MS = 1_000;
/** A break is bridged by asking again for so much. */
const OVERLAP = '2m';
const TOLD_MAX = 20_000;
/** Before there are rows to measure. */
const FIRST_WIDTHS = [24, 14, 24, 24];

function pathOf(
  { namespace, target, since, limit }: TimelineAsked,
  more: Record<string, string> = {},
): string {
  const query = new URLSearchParams({
    ...(target === undefined ? {} : { for: target }),
    ...(since === undefined ? {} : { since }),
    ...(limit === undefined ? {} : { limit }),
    ...more,
  }).toString();
  return `${collectionPathOf(timelineResource, namespace)}${query === '' ? '' : `?${query}`}`;
}

/** Prints the timeline as it is now. */
export async function showTimeline(
  { io, signal }: Pick<CommandContext, 'io' | 'signal'>,
  connection: Connection,
  asked: TimelineAsked,
): Promise<void> {
  const answer = await getRaw(connection, pathOf(asked), { signal });
  const list = JSON.parse(await readText(answer.body, ANSWER_BYTES_MAX)) as TimelineList;
  const entries = list.items.filter((entry) => isWanted(entry, asked));
  if (asked.format === 'json') {
    io.out(`${JSON.stringify({ ...list, items: entries }, undefined, 2)}\n`);
    return;
  }
  const options = { wide: asked.format === 'wide' };
  if (entries.length === 0) io.err('Nothing is known to have happened.\n');
  else io.out(alignColumns([timelineHead(options), ...entries.map((entry) => timelineRow(entry, options))]));
  for (const sentence of [...clockSentences(list.clocks), ...parseWarnings(answer.headers['warning'])]) {
    io.err(`${sentence}\n`);
  }
}

/** Prints the timeline and goes on with what comes, until Ctrl-C. */
export async function followTimeline(
  context: Pick<CommandContext, 'io' | 'signal' | 'clock'>,
  connection: Connection,
  asked: TimelineAsked,
): Promise<void> {
  const { signal, clock } = context;
  const told = new RecentMap<true>(TOLD_MAX);
  const tell = teller(context, asked);
  const warn = warner(context);
  let again: Record<string, string> = {};
  while (!signal.aborted) {
    try {
      const answer = await getRaw(connection, pathOf(asked, { watch: 'true', ...again }), { signal });
      for await (const line of readLines(answer.body, LINE_BYTES_MAX)) {
        const event = JSON.parse(line) as TimelineEvent;
        if (event.type === 'BOOKMARK') {
          warn(event.object.warnings ?? []);
          continue;
        }
        if (told.get(event.object.id) !== undefined) continue;
        told.set(event.object.id, true);
        if (isWanted(event.object, asked)) tell(event.object);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof StatusError && error.status.code < 500 && error.status.code !== 429) throw error;
    }
    again = { since: OVERLAP };
    await sleep(clock, RETRY_MS, signal).catch(() => undefined);
  }
}

/** What is missing is told once, and again when it is something else. */
function warner({ io }: Pick<CommandContext, 'io'>): (sentences: readonly string[]) => void {
  let said: readonly string[] = [];
  return (sentences) => {
    for (const sentence of sentences) if (!said.includes(sentence)) io.err(`${sentence}\n`);
    said = sentences;
  };
}

function isWanted(entry: TimelineEntry, { all }: TimelineAsked): boolean {
  return all || !isBookkeeping(entry);
}

/** Columns grow with what comes; they never shrink again. */
function teller(
  { io }: Pick<CommandContext, 'io'>,
  { format }: TimelineAsked,
): (entry: TimelineEntry) => void {
  if (format === 'json') return (entry) => io.out(`${JSON.stringify(entry)}\n`);
  const options = { wide: format === 'wide' };
  let widths: number[] = options.wide ? columnWidths([timelineHead(options)]) : [...FIRST_WIDTHS, 0];
  let isFirst = true;
  return (entry) => {
    const row = timelineRow(entry, options);
    const needed = columnWidths([row]);
    widths = widths.map((width, index) => Math.max(width, needed[index] ?? 0));
    if (isFirst) io.out(`${alignRow(timelineHead(options), widths)}\n`);
    isFirst = false;
    io.out(`${alignRow(row, widths)}\n`);
  };
}
