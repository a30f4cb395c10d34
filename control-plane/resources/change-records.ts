// What is written together with a change, so that there is none without the other: the Event that tells of it, the entry
// of its history, and who made it.
import type { KindDefinition } from '@gantry/api/definition';
import type { ObjectKey } from '@gantry/api/meta';
import type { Write } from '../store/store.ts';
import { changeEvent } from './change-event.ts';
import { historyWrites } from './change-history.ts';
import type { ChangedObject, ResourcesDeps, Writer } from './deps.ts';

/** The writes beside the object's own. */
export async function changeRecords(
  deps: ResourcesDeps,
  change: ChangedObject,
  writer: Writer,
  signal: AbortSignal | undefined,
): Promise<Write[]> {
  return [
    ...changeEvent(deps, change, writer),
    ...historyWrites(deps, change, writer),
    ...((await deps.journal?.writesFor(change, writer, signal)) ?? []),
  ];
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
