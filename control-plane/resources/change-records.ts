// What is written together with a change, so that there is none without the other: the Event that tells of it, the entry
// of its history, and who made it.
import type { KindDefinition } from '@gantry/api/definition';
import type { ObjectKey } from '@gantry/api/meta';
import type { Write } from '../store/store.ts';
import { changeEvent } from './change-event.ts';
import { historyWrites } from './change-history.ts';
import type { ChangedObject, ResourcesDeps, Writer } from './deps.ts';

/** The writes beside the object's own; at once where nothing has to be waited for. */
export function changeRecords(
  deps: ResourcesDeps,
  change: ChangedObject,
  writer: Writer,
  signal: AbortSignal | undefined,
): Write[] | Promise<Write[]> {
  const own = [...changeEvent(deps, change, writer), ...historyWrites(deps, change, writer)];
  const kept = deps.journal?.writesFor(change, writer, signal) ?? [];
  return kept instanceof Promise ? kept.then((writes) => [...own, ...writes]) : [...own, ...kept];
}

/** Tells the journal that a change has been made. */
export function noteWritten(
  { journal }: Pick<ResourcesDeps, 'journal'>,
  definition: KindDefinition,
  key: ObjectKey,
  revision: number,
  writer: Writer,
): void {
  journal?.wrote(definition, key, revision, writer);
}
