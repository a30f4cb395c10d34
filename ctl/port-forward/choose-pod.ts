// Which pod is meant: the pod itself, or the best of a Service's or a workload's.
import { formatLabelSelector, fromLabelSelectorObject } from '@gantry/api/label-selector';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { CliError, EXIT } from '../command.ts';
import type { Connection } from '../connect.ts';
import { selectPods } from '../pod-selection.ts';
import { definitionOf } from '../resource-arguments.ts';

/** Whom to forward to. */
export interface ForwardTarget {
  pod: Pod;
  /** When the user named one: its ports are meant. */
  service?: Service;
}

/** @throws CliError when there is none that runs. */
export async function chooseTarget(connection: Connection, target: string): Promise<ForwardTarget> {
  const [word = '', name = ''] = target.split('/', 2);
  if (!target.includes('/') || definitionOf(word).kind !== serviceKind.kind) {
    return { pod: choosePod(await selectPods(connection, { target }), target) };
  }
  const { namespace } = connection;
  const service = await connection.client.get<Service>(serviceKind, { namespace, name });
  const { selector } = service.spec;
  if (selector === undefined || Object.keys(selector).length === 0) {
    throw new CliError(`Service ${name} selects no pods, so there is none to forward to.`, {
      exitCode: EXIT.usage,
    });
  }
  const labels = formatLabelSelector(fromLabelSelectorObject({ matchLabels: selector }));
  const pods = await connection.client.list<Pod>(podKind, { namespace, labelSelector: labels });
  return { pod: choosePod(pods.items, target), service };
}

/** One that is ready, else one that runs; the oldest of equals, since it is the least likely to go. */
export function choosePod(pods: readonly Pod[], target: string): Pod {
  const running = pods.filter(({ status, metadata }) => {
    return status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
  });
  const [best] = running.toSorted(
    (a, b) => Number(isReady(b)) - Number(isReady(a)) || (createdAt(a) < createdAt(b) ? -1 : 1),
  );
  if (best !== undefined) return best;
  const [only] = pods;
  const name = only?.metadata.name ?? '';
  throw new CliError(whyNone(pods, target), {
    exitCode: EXIT.conflict,
    ...(only === undefined ? {} : { nextStep: `See why: gantry describe pod ${name}` }),
  });
}

function whyNone(pods: readonly Pod[], target: string): string {
  const [first, ...others] = pods;
  if (first === undefined) return `${target} has no pods.`;
  if (others.length > 0) return `None of the ${pods.length} pods of ${target} runs.`;
  const { name = '', deletionTimestamp } = first.metadata;
  const state = deletionTimestamp === undefined ? (first.status?.phase ?? 'Pending') : 'Terminating';
  return `Pod ${name} does not run (${state}), so nothing can be forwarded to it.`;
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

function createdAt({ metadata }: Pod): string {
  return metadata.creationTimestamp ?? '';
}
