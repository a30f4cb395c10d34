// Events as rows and as groups of the same kind, reason and part that tells: how often, and when last. Pure.
import type { Event } from '@gantry/api/kinds/event';
import { eventCount, lastSeen } from '@gantry/api/kinds/event-columns';

/** What is asked for. */
export interface EventFilter {
  /** '' is any. */
  kind: string;
  warningsOnly: boolean;
  /** All words have to be in the message, the reason or the name. */
  text: string;
}

/** One Event. */
export interface EventLine {
  key: string;
  isWarning: boolean;
  kind: string;
  namespace: string | undefined;
  name: string;
  reason: string;
  message: string;
  count: number;
  lastMs: number;
}

/** Events of the same kind of object and reason. */
export interface EventGroup {
  kind: string;
  reason: string;
  isWarning: boolean;
  /** Times that they were told. */
  times: number;
  objects: number;
  lastMs: number;
}

/** The lines that the filter keeps, the latest first. */
export function eventLines(events: readonly Event[], filter: EventFilter): EventLine[] {
  const words = filter.text.toLowerCase().split(/\s+/);
  return events
    .map(lineOf)
    .filter((line) => {
      if (filter.warningsOnly && !line.isWarning) return false;
      if (filter.kind !== '' && line.kind !== filter.kind) return false;
      const whole = `${line.reason} ${line.name} ${line.message}`.toLowerCase();
      return words.every((word) => whole.includes(word));
    })
    .sort((a, b) => b.lastMs - a.lastMs);
}

/** Groups of lines, warnings first, then what was told most. */
export function eventGroups(lines: readonly EventLine[]): EventGroup[] {
  const groups = new Map<string, EventGroup & { names: Set<string> }>();
  for (const { kind, reason, isWarning, count, lastMs, namespace, name } of lines) {
    const id = JSON.stringify([kind, reason, isWarning]);
    const group = groups.get(id) ?? {
      kind,
      reason,
      isWarning,
      times: 0,
      objects: 0,
      lastMs: 0,
      names: new Set(),
    };
    group.times += count;
    group.lastMs = Math.max(group.lastMs, lastMs);
    group.names.add(`${namespace ?? ''}/${name}`);
    groups.set(id, group);
  }
  return [...groups.values()]
    .map(({ names, ...group }) => ({ ...group, objects: names.size }))
    .sort((a, b) => Number(b.isWarning) - Number(a.isWarning) || b.times - a.times);
}

/** Kinds that Events are about, in order. */
export function kindsOf(events: readonly Event[]): string[] {
  return [...new Set(events.map(({ involvedObject }) => involvedObject.kind ?? ''))]
    .filter((kind) => kind !== '')
    .sort();
}

function lineOf(event: Event): EventLine {
  const { metadata, type, reason = '', message = '', involvedObject } = event;
  return {
    key: metadata.uid ?? metadata.name ?? '',
    isWarning: type === 'Warning',
    kind: involvedObject.kind ?? '',
    namespace: involvedObject.namespace,
    name: involvedObject.name ?? '',
    reason,
    message: message.trim(),
    count: eventCount(event),
    lastMs: Date.parse(lastSeen(event) ?? '') || 0,
  };
}
