// Reads the objects that `gantry describe` names with what belongs to them, and prints them one after the other.
import type { KindDefinition } from '@gantry/api/definition';
import { endpointSliceKind, SERVICE_NAME_LABEL } from '@gantry/api/kinds/endpoint-slice';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { parseResourceArguments, type ResourceArgument } from '../resource-arguments.ts';
import { explanationsOf, sentencesOf } from '../why/explanations-of.ts';
import { describeObject, describerOf } from './describe-object.ts';
import type { Surroundings } from './describer.ts';

/** What the user asked for. */
export interface DescribeFlags {
  selector?: string;
  allNamespaces?: boolean;
  events: boolean;
}

const SEPARATOR = '\n\n';

/** Carries out `gantry describe`. @throws CliError when nothing was found. */
export async function runDescribe(
  context: CommandContext,
  words: readonly string[],
  flags: DescribeFlags,
): Promise<void> {
  const wanted = parseResourceArguments(words);
  const connection = await context.connect();
  let printed = 0;
  for (const argument of wanted) {
    for (const object of await objectsOf(connection, argument, flags)) {
      const text = await textOf(context, connection, { definition: argument.definition, object }, flags);
      context.io.out(`${printed > 0 ? SEPARATOR : ''}${text}`);
      printed += 1;
    }
  }
  if (printed > 0) return;
  const where = flags.allNamespaces === true ? '' : ` in namespace ${connection.namespace}`;
  throw new CliError(`No objects found${where}.`, {
    exitCode: EXIT.notFound,
    nextStep: `See what there is: gantry get ${words[0]}${flags.allNamespaces === true ? '' : ' -A'}`,
  });
}

async function objectsOf(
  connection: Connection,
  { definition, names }: ResourceArgument,
  flags: DescribeFlags,
): Promise<AnyObject[]> {
  const namespace = !definition.namespaced || flags.allNamespaces === true ? '' : connection.namespace;
  const objects =
    names.length > 0
      ? await Promise.all(names.map((name) => connection.client.get(definition, { namespace, name })))
      : await listed(connection, definition, namespace, flags.selector);
  return objects.map((object) => ({ ...object, kind: definition.kind }));
}

async function listed(
  connection: Connection,
  definition: KindDefinition,
  namespace: string,
  labelSelector: string | undefined,
): Promise<AnyObject[]> {
  const selection = { namespace, ...(labelSelector === undefined ? {} : { labelSelector }) };
  return (await connection.client.list(definition, selection)).items;
}

async function textOf(
  context: CommandContext,
  connection: Connection,
  { definition, object }: { definition: KindDefinition; object: AnyObject },
  flags: DescribeFlags,
): Promise<string> {
  const [around, why, events] = await Promise.all([
    surroundingsOf(context, connection, object),
    whyOf(context, connection, definition, object),
    flags.events && object.kind !== eventKind.kind ? eventsOf(connection, object) : undefined,
  ]);
  return describeObject(object, around, { why, events });
}

/** What the answer lacks is told beside the text, so that an absent section is not taken for "all is well". */
async function whyOf(
  { io }: CommandContext,
  connection: Connection,
  definition: KindDefinition,
  { metadata: { namespace = '', name = '', uid } }: AnyObject,
): Promise<string[]> {
  const target = { definition, namespace, name, uid };
  const { explanations, warnings } = await explanationsOf(connection, target);
  for (const sentence of warnings) io.err(`Warning: ${sentence}\n`);
  return sentencesOf(explanations);
}

async function surroundingsOf(
  context: CommandContext,
  connection: Connection,
  object: AnyObject,
): Promise<Surroundings> {
  const { needs } = describerOf(object.kind);
  const namespace = object.metadata.namespace ?? '';
  const labelSelector = `${SERVICE_NAME_LABEL}=${object.metadata.name}`;
  const [pods, replicaSets, slices] = await Promise.all([
    needs.pods === true ? connection.client.list(podKind, podsNear(object)) : undefined,
    needs.replicaSets === true ? connection.client.list(replicaSetKind, { namespace }) : undefined,
    needs.endpointSlices === true
      ? connection.client.list(endpointSliceKind, { namespace, labelSelector })
      : undefined,
  ]);
  return {
    pods: pods?.items ?? [],
    replicaSets: replicaSets?.items ?? [],
    endpointSlices: slices?.items ?? [],
    nowMs: context.clock.nowMs(),
  };
}

/** Pods of the same namespace; of a cluster-wide object, those that run on it. */
function podsNear({ metadata }: AnyObject): { namespace: string; fieldSelector?: string } {
  return metadata.namespace === undefined
    ? { namespace: '', fieldSelector: `spec.nodeName=${metadata.name}` }
    : { namespace: metadata.namespace };
}

async function eventsOf(connection: Connection, { kind, metadata }: AnyObject): Promise<Event[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${metadata.name}`;
  const { items } = await connection.client.list(eventKind, {
    namespace: metadata.namespace ?? '',
    fieldSelector,
  });
  // An older object of the same name has told things that no longer hold. Events of nodes carry the name as uid.
  return items.filter(
    ({ involvedObject: { uid } }) => uid === undefined || uid === metadata.uid || uid === metadata.name,
  );
}
