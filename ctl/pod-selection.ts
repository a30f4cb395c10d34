// Which pods the user means: a pod, all of a label, or those of a workload (deploy/web, job/backup).
import type { AnyObject } from '@gantry/api/meta';
import { fromLabelSelectorObject, formatLabelSelector } from '@gantry/api/label-selector';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { CliError, EXIT } from './command.ts';
import type { Connection } from './connect.ts';
import { definitionOf } from './resource-arguments.ts';

/** Pods in order of their names. @throws CliError when there are none. */
export async function selectPods(
  connection: Connection,
  wanted: { target?: string | undefined; selector?: string | undefined },
): Promise<Pod[]> {
  const { namespace } = connection;
  if (wanted.selector !== undefined) return podsOf(connection, wanted.selector, wanted.selector);
  const target = wanted.target ?? '';
  if (target === '') {
    throw new CliError('Name a pod, KIND/NAME, or select pods with -l.', { exitCode: EXIT.usage });
  }
  const [kind, name] = target.includes('/') ? target.split('/', 2) : ['pod', target];
  const definition = definitionOf(kind ?? '');
  const object: AnyObject = await connection.client.get(definition, { namespace, name: name ?? '' });
  if (definition.kind === podKind.kind) return [object as unknown as Pod];
  const selector = (object as { spec?: { selector?: Parameters<typeof fromLabelSelectorObject>[0] } }).spec
    ?.selector;
  if (selector === undefined) {
    throw new CliError(`A ${definition.kind} has no pods of its own.`, { exitCode: EXIT.usage });
  }
  return podsOf(connection, formatLabelSelector(fromLabelSelectorObject(selector)), target);
}

async function podsOf(connection: Connection, labelSelector: string, what: string): Promise<Pod[]> {
  const { items } = await connection.client.list<Pod>(podKind, {
    namespace: connection.namespace,
    labelSelector,
  });
  if (items.length === 0) {
    throw new CliError(`${what} has no pods in namespace ${connection.namespace}.`, {
      exitCode: EXIT.notFound,
    });
  }
  return items;
}
