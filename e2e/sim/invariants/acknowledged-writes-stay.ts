// What a user was told is done is in the store's history, and is what later writes built on.
import { isDeepStrictEqual } from 'node:util';
import type { AnyObject } from '@gantry/api/meta';
import { isDeleting, uidOf } from './object-reading.ts';
import type { Ack, Invariant, WorldView, WriteRecord } from './world-view.ts';

/** Replaced states are kept this long: an answer may be older than what it answers. */
const KEPT_MS = 10 * 60_000;

/** Answers against the log. That states change only by writes is `revisions-rise`. */
export function createAcknowledgedWritesStay(): Invariant {
  const history = new Map<string, WriteRecord[]>();

  function remember(write: WriteRecord): void {
    if (write.before === undefined && write.after === undefined) return;
    const records = history.get(write.key) ?? [];
    history.set(write.key, records);
    // A state is dropped once it has been replaced for long; its replacement is the record after it.
    let old = 0;
    while ((records[old + 1]?.atMs ?? Infinity) < write.atMs - KEPT_MS) old++;
    records.splice(0, old);
    records.push(write);
  }

  function brokenBy(ack: Ack): string | undefined {
    const records = history.get(ack.key) ?? [];
    const told = `a user was told that ${ack.verb} of ${ack.key} (uid ${ack.uid}) was done`;
    if (ack.verb === 'delete')
      return records.some((record) => endsOrMarks(record, ack.uid))
        ? undefined
        : `${told}, but it is not being deleted`;
    const record = records.find(({ revision }) => String(revision) === ack.resourceVersion);
    if (record?.after === undefined)
      return `${told} at revision ${ack.resourceVersion}, where nothing was written`;
    if (uidOf(record.after) !== ack.uid)
      return `${told} at revision ${ack.resourceVersion}, where another object was written (uid ${uidOf(record.after)})`;
    return isSameContent(record.after, ack.object)
      ? undefined
      : `${told} at revision ${ack.resourceVersion}, where something else was written than the answer says`;
  }

  return {
    name: 'acknowledged-writes-stay',
    sentence: 'What a user was told is done is in the store at the revision of the answer, word for word.',
    check(view: WorldView) {
      for (const write of view.writes) remember(write);
      for (const ack of view.acknowledged) {
        const broken = brokenBy(ack);
        if (broken !== undefined) return broken;
      }
      return undefined;
    },
  };
}

function endsOrMarks({ before, after }: WriteRecord, uid: string): boolean {
  if (before !== undefined && uidOf(before) === uid && after === undefined) return true;
  return after !== undefined && uidOf(after) === uid && isDeleting(after);
}

/** Another version of the API may show the object in another form; that is not judged here. */
function isSameContent(stored: AnyObject, answered: AnyObject): boolean {
  return stored.apiVersion !== answered.apiVersion || isDeepStrictEqual(plain(stored), plain(answered));
}

/** As JSON, without the record of managers, which clients may have dropped. */
function plain({ metadata: { managedFields: _, ...metadata }, ...object }: AnyObject): unknown {
  return JSON.parse(JSON.stringify({ ...object, metadata }));
}
