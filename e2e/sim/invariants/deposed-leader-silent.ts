// Only the leader's controllers write, fenced by the leader's key.
import type { AnyObject, ManagedFieldsEntry } from '@gantry/api/meta';
import type { Pod } from '@gantry/api/kinds/pod';
import { judgingWrites } from './each-write.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** @param leaderManagers field managers of what only the leader runs: controllers, scheduler, recorder of Events. */
export function createDeposedLeaderSilent(leaderManagers: ReadonlySet<string>): Invariant {
  return judgingWrites(
    'deposed-leader-silent',
    'Every write of a controller or the scheduler is fenced, and the fence is the leader of that moment: a deposed one writes nothing.',
    (write) => {
      const { by, key, revision, leaderKeyRevision } = write;
      if (by.term !== undefined)
        return by.term === leaderKeyRevision
          ? undefined
          : `${by.process} wrote ${key} at revision ${revision} as the leader of term ${by.term}, while ${leaderKeyRevision === undefined ? 'nobody led' : `the term was ${leaderKeyRevision}`}`;
      const manager = writtenBy(write).find((name) => leaderManagers.has(name));
      if (manager !== undefined)
        return `${by.process} wrote ${key} at revision ${revision} as ${manager}, without a fence`;
      return bindsPod(write)
        ? `${by.process} bound ${key} at revision ${revision} without a fence`
        : undefined;
    },
  );
}

/** The managers whose record this write has renewed. */
function writtenBy({ before, after }: WriteRecord): string[] {
  const times = new Map(entriesOf(before).map((entry) => [identityOf(entry), entry.time]));
  return entriesOf(after)
    .filter((entry) => !times.has(identityOf(entry)) || times.get(identityOf(entry)) !== entry.time)
    .map(({ manager = '' }) => manager);
}

function entriesOf(object: AnyObject | undefined): readonly ManagedFieldsEntry[] {
  return object?.metadata.managedFields ?? [];
}

function identityOf({ manager, operation, subresource, apiVersion }: ManagedFieldsEntry): string {
  return JSON.stringify([manager, operation, subresource, apiVersion]);
}

function bindsPod({ before, after }: WriteRecord): boolean {
  if (before?.kind !== 'Pod' || after === undefined) return false;
  return ((before as Pod).spec.nodeName ?? '') === '' && ((after as Pod).spec.nodeName ?? '') !== '';
}
