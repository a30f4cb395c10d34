// A timeline as it is shown: what has been told, in causal order, each once. Pure.
import { isBookkeeping } from '@gantry/api/timeline/bookkeeping';
import type { TimelineClock, TimelineEntry, TimelineEvent } from '@gantry/api/timeline/timeline-entry';

/** What is known. */
export interface TimelineState {
  /** By id: one that is told again has the stamp that was told last. */
  entries: ReadonlyMap<string, TimelineEntry>;
  clocks: readonly TimelineClock[];
  /** What is missing, in sentences. */
  warnings: readonly string[];
  /** Whether all that was known at the beginning has been told. */
  synced: boolean;
}

/** Nothing. */
export const NO_TIMELINE: TimelineState = { entries: new Map(), clocks: [], warnings: [], synced: false };
/** Entries kept; the oldest go first. */
export const ENTRIES_MAX = 2000;

/** Takes in what has been told. */
export function takeTimeline(state: TimelineState, events: readonly TimelineEvent[]): TimelineState {
  const entries = new Map(state.entries);
  let { clocks, warnings, synced } = state;
  for (const event of events) {
    if (event.type === 'ADDED') entries.set(event.object.id, event.object);
    else {
      ({ clocks, warnings = [] } = event.object);
      synced = true;
    }
  }
  if (entries.size <= ENTRIES_MAX) return { entries, clocks, warnings, synced };
  const kept = [...entries.values()].sort(byStamp).slice(-ENTRIES_MAX);
  return { entries: new Map(kept.map((entry) => [entry.id, entry])), clocks, warnings, synced };
}

/** What is asked for. */
export interface TimelineFilter {
  /** Words that have to be in the sentence, the object, who or where. */
  text: string;
  warningsOnly: boolean;
  /** Also what parts of Gantry write down for themselves. */
  all: boolean;
}

/** The entries that the filter keeps, the latest first. */
export function timelineRows({ entries }: TimelineState, filter: TimelineFilter): TimelineEntry[] {
  const words = filter.text.toLowerCase().split(/\s+/);
  return [...entries.values()]
    .filter((entry) => {
      if (filter.warningsOnly && entry.severity !== 'Warning') return false;
      if (!filter.all && isBookkeeping(entry)) return false;
      const { what, who, where, object } = entry;
      const whole = `${what} ${who} ${where} ${object.kind} ${object.name}`.toLowerCase();
      return words.every((word) => whole.includes(word));
    })
    .sort((a, b) => byStamp(b, a));
}

function byStamp(a: TimelineEntry, b: TimelineEntry): number {
  return a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0;
}
