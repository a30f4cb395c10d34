// Deletes what a label selects, `gantry apply` once made, and the files no longer hold.
import { objectIdOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { kinds } from '@gantry/api/registry';
import type { CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { APPLY_MANAGER } from '@gantry/api/apply-outcome';

/** Kinds that users apply; what controllers make goes with its owner. */
const PRUNED = [
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Deployment',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'Pod',
];

/** Deletes and reports. Only objects that `gantry apply` manages and that have no owner are touched. */
export async function pruneAbsent(
  context: CommandContext,
  connection: Connection,
  options: { selector: string; keep: readonly AnyObject[]; dryRun: boolean },
): Promise<void> {
  const kept = new Set(options.keep.map(({ metadata }) => metadata.uid));
  const namespaces = new Set(options.keep.map(({ metadata }) => metadata.namespace ?? ''));
  for (const definition of kinds.filter(({ kind }) => PRUNED.includes(kind))) {
    const { items } = await connection.client.list(definition, { labelSelector: options.selector });
    for (const object of items) {
      const { namespace = '', name = '', uid } = object.metadata;
      if (kept.has(uid) || !namespaces.has(namespace) || !isApplied(object)) continue;
      await connection.client.delete(
        definition,
        { namespace, name },
        {
          propagationPolicy: 'Background',
          dryRun: options.dryRun,
          ...(uid === undefined ? {} : { preconditions: { uid } }),
        },
      );
      context.io.out(`${objectIdOf(definition, name)} pruned${options.dryRun ? ' (server dry run)' : ''}\n`);
    }
  }
}

function isApplied(object: AnyObject): boolean {
  const { ownerReferences, managedFields } = object.metadata;
  const applied = managedFields?.some(
    ({ manager, operation }) => manager === APPLY_MANAGER && operation === 'Apply',
  );
  return applied === true && (ownerReferences ?? []).length === 0;
}
