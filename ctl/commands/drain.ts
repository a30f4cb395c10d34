// `gantry drain`: closes a node and moves its pods away by eviction, waiting until they are gone.
import type { Command } from 'commander';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { pathOf } from '@gantry/api/paths';
import { statusErrorOf } from '@gantry/api/status-answer';
import { CliError, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { mapBounded } from '@gantry/kit/map-bounded';
import { parseDuration } from '../parse-duration.ts';
import { watchUntil } from '../watch-until.ts';
import { wholeNumberOf } from '../whole-number.ts';

interface Flags {
  ignoreDaemonsets?: boolean;
  deleteEmptydirData?: boolean;
  force?: boolean;
  timeout: string;
  gracePeriod?: string;
}

const EVICTIONS_AT_ONCE = 16;

export function registerDrain(program: Command, context: CommandContext): void {
  program
    .command('drain <node>')
    .description('Close a node for new pods and move its pods away')
    .option('--ignore-daemonsets', 'leave the pods of DaemonSets where they are')
    .option('--delete-emptydir-data', 'also pods whose emptyDir data is lost by it')
    .option('--force', 'also pods that no controller makes anew')
    .option('--grace-period <seconds>', 'seconds that pods get to end')
    .option('--timeout <duration>', 'how long to wait', '5m')
    .action(async (node: string, flags: Flags) => {
      const timeoutMs = parseDuration(flags.timeout, '--timeout');
      const connection = await context.connect();
      await connection.client.patch(nodeKind, { namespace: '', name: node }, 'merge', {
        spec: { unschedulable: true },
      });
      context.io.out(`node/${node} cordoned\n`);
      const { items } = await connection.client.list<Pod>(podKind, {
        fieldSelector: `spec.nodeName=${node}`,
      });
      const { leaving, obstacles } = sortPods(items, flags);
      if (obstacles.length > 0)
        throw new CliError(`The node is closed, but not drained:\n  ${obstacles.join('\n  ')}`);
      await mapBounded(leaving, EVICTIONS_AT_ONCE, (pod) =>
        evict(context, connection, pod, flags, timeoutMs),
      );
      context.io.out(`node/${node} drained\n`);
    });
}

/** Which pods go, and what keeps the node from being drained. Pure. */
export function sortPods(
  pods: readonly Pod[],
  flags: Partial<Flags>,
): { leaving: Pod[]; obstacles: string[] } {
  const leaving: Pod[] = [];
  const obstacles: string[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (owner?.kind === 'DaemonSet' && !finished) {
      if (flags.ignoreDaemonsets !== true)
        obstacles.push(`${name} is of a DaemonSet: add --ignore-daemonsets to leave it there`);
    } else if (owner === undefined && !finished && flags.force !== true) {
      obstacles.push(`${name} has no controller that would make it anew: add --force to delete it`);
    } else if (!finished && hasEmptyDir(pod) && flags.deleteEmptydirData !== true) {
      obstacles.push(`${name} keeps data in an emptyDir: add --delete-emptydir-data to lose it`);
    } else leaving.push(pod);
  }
  return { leaving, obstacles };
}

function hasEmptyDir(pod: Pod): boolean {
  return pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) ?? false;
}

async function evict(
  context: CommandContext,
  connection: Connection,
  pod: Pod,
  flags: Flags,
  timeoutMs: number,
): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata;
  const grace =
    flags.gracePeriod === undefined
      ? {}
      : { gracePeriodSeconds: wholeNumberOf(flags.gracePeriod, '--grace-period', 'seconds') };
  const answer = await connection.client.raw({
    method: 'POST',
    path: pathOf(podKind, { namespace, name }, 'eviction'),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { namespace, name },
      deleteOptions: grace,
    }),
  });
  if (answer.status >= 300) {
    const error = await statusErrorOf(answer);
    if (error.status.code !== 404) throw error;
  }
  for await (const _chunk of answer.body);
  await watchUntil(
    context,
    connection,
    { definition: podKind, namespace, name },
    {
      timeoutMs,
      done: (current) => current === undefined || current.metadata.uid !== uid,
      waitingFor: () => `pod ${namespace}/${name} to end`,
    },
  );
  context.io.out(`pod/${name} evicted\n`);
}
