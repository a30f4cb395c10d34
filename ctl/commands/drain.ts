// `gantry drain`: closes a node and moves its pods away by eviction, waiting until they are gone.
import type { Command } from 'commander';
import { evictionOf, planDrain, type DrainAllowances, type DrainObstacle } from '@gantry/api/drain-plan';
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

interface Flags extends DrainAllowances {
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
      const { leaving, obstacles } = planDrain(items, flags);
      if (obstacles.length > 0) {
        const lines = obstacles.map(
          ({ pod: { metadata }, needs }) => `${metadata.namespace}/${metadata.name} ${REMEDIES[needs]}`,
        );
        throw new CliError(`The node is closed, but not drained:\n  ${lines.join('\n  ')}`);
      }
      await mapBounded(leaving, EVICTIONS_AT_ONCE, (pod) =>
        evict(context, connection, pod, flags, timeoutMs),
      );
      context.io.out(`node/${node} drained\n`);
    });
}

/** What the missing allowance is about, and how it is given. */
const REMEDIES: Readonly<Record<DrainObstacle['needs'], string>> = {
  ignoreDaemonsets: 'is of a DaemonSet: add --ignore-daemonsets to leave it there',
  force: 'has no controller that would make it anew: add --force to delete it',
  deleteEmptydirData: 'keeps data in an emptyDir: add --delete-emptydir-data to lose it',
};

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
    body: JSON.stringify(evictionOf(pod, grace)),
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
