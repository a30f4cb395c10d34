// What this replica remembers: every change that the watch has brought since it started, who made those that were made
// here, and the plans of its terms as leader. In memory and bounded by kind, so that the pods of a large start do not push
// out the change that led to it.
import { kinds } from '@gantry/api/registry';
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { eventKind } from '@gantry/api/kinds/event';
import { leaseKind } from '@gantry/api/kinds/lease';
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import type { ObjectKey } from '@gantry/api/meta';
import type { Clock } from '@gantry/kit/clock';
import type { HybridClock } from '@gantry/kit/hybrid-clock';
import { compareHybrid } from '@gantry/kit/hybrid-time';
import { RecentList } from '@gantry/kit/recent-list';
import { RecentMap } from '@gantry/kit/recent-map';
import type { Cache } from '../cache/cache.ts';
import { authored, changeIdOf, changeRecord, type Author } from './change-record.ts';
import { planRecord, type NotedPlan } from './plan-record.ts';
import type { TimelineRecord } from './timeline-record.ts';

/** Changes remembered of each kind. */
export const CHANGES_PER_KIND_MAX = 4_000;
/** Plans remembered. */
export const PLANS_MAX = 4_000;
/** Authors remembered. */
const AUTHORS_MAX = 20_000;
/** Different lists of changed fields that are remembered: those of most changes are of a few. */
const FIELD_LISTS_MAX = 1_000;
/** Heartbeats, and the copies of changes that are told themselves. */
const QUIET: readonly KindDefinition[] = [leaseKind, controllerRevisionKind];

/** Remembers from now on. */
export class TimelineMemory {
  readonly #hybrid: HybridClock;
  readonly #changes = new Map<string, RecentList<TimelineRecord>>();
  readonly #plans = new RecentList<TimelineRecord>(PLANS_MAX);
  readonly #authors = new RecentMap<Author>(AUTHORS_MAX);
  readonly #fieldLists = new RecentMap<readonly string[]>(FIELD_LISTS_MAX);
  /** What happened before is known from elsewhere. */
  readonly sinceMs: number;

  constructor({ hybrid, clock }: { hybrid: HybridClock; clock: Clock }) {
    this.#hybrid = hybrid;
    this.sinceMs = clock.nowMs();
  }

  /** Follows the cache, which has to be filled by now. @returns what ends it. */
  follow(cache: Pick<Cache, 'onEvent'>): () => void {
    const leaves = kinds
      .filter((definition) => !QUIET.includes(definition))
      .map((definition) => {
        const list = new RecentList<TimelineRecord>(CHANGES_PER_KIND_MAX);
        this.#changes.set(resourceIdOf(definition), list);
        return cache.onEvent(definition, (event) => {
          // What an Event has told stays true when the Event is forgotten.
          if (definition === eventKind && event.type === 'DELETED') return;
          list.push(this.#withSharedFields(changeRecord(definition, event, this.#hybrid.now())));
        });
      });
    return () => {
      for (const leave of leaves) leave();
    };
  }

  /** This replica has made a change. */
  wrote(definition: KindDefinition, key: ObjectKey, revision: number, author: Author): void {
    // Those of a thousand nodes' heartbeats would push out all others within minutes.
    if (QUIET.includes(definition)) return;
    this.#authors.set(changeIdOf(definition, key, revision), author);
  }

  /** A plan has been acted on. */
  planned(noted: NotedPlan): void {
    const record = planRecord(noted);
    if (record !== undefined) this.#plans.push(record);
  }

  /** All that is remembered; plans in the order in which they were made. */
  records(): TimelineRecord[] {
    const plans = this.#plans.items().toSorted((a, b) => compareHybrid(a.at, b.at));
    const changes = [...this.#changes.values()].flatMap((list) => list.items());
    return [...changes.map((record) => this.#withAuthor(record)), ...plans];
  }

  /** Pods of a template change alike: the list of what was changed is one, however many records hold it. */
  #withSharedFields(record: TimelineRecord): TimelineRecord {
    const { fields } = record.entry;
    if (fields === undefined) return record;
    const text = fields.join('\n');
    const shared = this.#fieldLists.get(text) ?? fields;
    this.#fieldLists.set(text, shared);
    return { ...record, entry: { ...record.entry, fields: shared } };
  }

  #withAuthor(record: TimelineRecord): TimelineRecord {
    const author = this.#authors.get(record.entry.id);
    return author === undefined ? record : authored(record, author);
  }
}
