// The store's revision is the resourceVersion, and the log of writes has no gap: what a write found is what the one
// before it left.
import { titleOf } from './object-reading.ts';
import type { Invariant, WorldView, WriteRecord } from './world-view.ts';

/** Each key with the revision of its last write. */
export function createRevisionsRise(): Invariant {
  const lastOf = new Map<string, string>();
  let newest = 0;

  function brokenBy(write: WriteRecord): string | undefined {
    const { key, before, after, revision } = write;
    if (revision < newest) return `${key} was written at revision ${revision}, after revision ${newest}`;
    newest = revision;
    if (before === undefined && after === undefined) return undefined;
    const last = lastOf.get(key);
    const found = before?.metadata.resourceVersion;
    if (found !== last)
      return `the write of ${key} at revision ${revision} found version ${found ?? 'none'}, but the write before it had left ${last ?? 'none'}`;
    if (after === undefined) {
      lastOf.delete(key);
      return undefined;
    }
    const version = after.metadata.resourceVersion ?? 'none';
    if (version !== String(revision))
      return `${titleOf(after)} was written at revision ${revision}, but its resourceVersion is ${version}`;
    if (last !== undefined && Number(version) <= Number(last))
      return `${titleOf(after)} went from resourceVersion ${last} to ${version}`;
    lastOf.set(key, version);
    return undefined;
  }

  function lostBy(view: WorldView, { key, before, after }: WriteRecord): string | undefined {
    const object = after ?? before;
    if (object === undefined) return undefined;
    const held = view.objects(object.kind).get(key)?.metadata.resourceVersion;
    if (held === lastOf.get(key)) return undefined;
    return `the store holds version ${held ?? 'none'} of ${titleOf(object)}, but its last write made ${lastOf.get(key) ?? 'none'}; it changed without a write`;
  }

  return {
    name: 'revisions-rise',
    sentence:
      'A resourceVersion is the revision of the last write, it only rises, and no state changes without a write in the log.',
    check(view) {
      for (const write of view.writes) {
        const broken = brokenBy(write);
        if (broken !== undefined) return broken;
      }
      for (const write of view.writes) {
        const lost = lostBy(view, write);
        if (lost !== undefined) return lost;
      }
      return undefined;
    },
  };
}
