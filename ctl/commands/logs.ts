// `gantry logs`: the output of one container, or of many pods at once, each line under the name of its pod.
import type { Command } from 'commander';
import { readLines } from '@gantry/api/answer-body';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { pathOf } from '@gantry/api/paths';
import { getRaw } from '../api-request.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { chooseContainer } from '../choose-container.ts';
import type { Connection } from '../connect.ts';
import { describeFailure } from '../failure.ts';
import { parseDuration } from '../parse-duration.ts';
import { selectPods } from '../pod-selection.ts';
import { colourOf } from '../print/colours.ts';
import { wholeNumberOf } from '../whole-number.ts';

interface Flags {
  follow?: boolean;
  previous?: boolean;
  timestamps?: boolean;
  tail?: string;
  since?: string;
  container?: string;
  allContainers?: boolean;
  selector?: string;
  prefix?: boolean;
  maxPods: string;
}

interface Source {
  pod: string;
  container: string;
  path: string;
}

const LINE_BYTES_MAX = 1024 * 1024;
/** Lines of each pod when many are shown and nothing else is asked for, as kubectl does. */
const TAIL_OF_MANY = '10';

export function registerLogs(program: Command, context: CommandContext): void {
  program
    .command('logs [target]')
    .description('Show the output of containers: logs web-1; logs deploy/web; logs -l app=web -f')
    .option('-f, --follow', 'go on with what comes')
    .option('-p, --previous', 'of the container before its last restart')
    .option('--timestamps', 'the time in front of each line')
    .option('--tail <lines>', 'only the last lines')
    .option('--since <duration>', 'only what is newer, e.g. 10m')
    .option('-c, --container <name>', 'this container')
    .option('--all-containers', 'all containers of the pods')
    .option('-l, --selector <labels>', 'all pods with these labels')
    .option('--prefix', "the pod's name in front of each line, also for one pod")
    .option('--max-pods <count>', 'followed at once at the most', '50')
    .action(async (target: string | undefined, flags: Flags) => {
      const maxPods = wholeNumberOf(flags.maxPods, '--max-pods');
      if (flags.tail !== undefined && flags.tail !== '-1') wholeNumberOf(flags.tail, '--tail');
      if (flags.since !== undefined) parseDuration(flags.since, '--since');
      const connection = await context.connect();
      const pods = await selectPods(connection, { target, selector: flags.selector });
      const sources = pods.flatMap((pod) =>
        sourcesOf(pod, flags, pods.length > 1 || flags.selector !== undefined),
      );
      if (sources.length > maxPods) {
        throw new CliError(`${sources.length} containers are more than --max-pods ${flags.maxPods}.`, {
          exitCode: EXIT.usage,
          nextStep: 'Select fewer with -l, or raise --max-pods.',
        });
      }
      const prefixed = sources.length > 1 || flags.prefix === true;
      const results = await Promise.allSettled(
        sources.map((source) => printLog(context, connection, source, prefixed)),
      );
      reportFailures(context, sources, results);
    });
}

function sourcesOf(pod: Pod, flags: Flags, many: boolean): Source[] {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  const containers = flags.allContainers === true ? all : [chooseContainer(pod, flags.container).name];
  return containers.map((container) => {
    const query = queryOf(flags, many);
    query.set('container', container);
    const { namespace = '', name = '' } = pod.metadata;
    return {
      pod: name,
      container,
      path: `${pathOf(podKind, { namespace, name }, 'log')}?${query.toString()}`,
    };
  });
}

function queryOf(flags: Flags, many: boolean): URLSearchParams {
  const query = new URLSearchParams();
  if (flags.follow === true) query.set('follow', 'true');
  if (flags.previous === true) query.set('previous', 'true');
  if (flags.timestamps === true) query.set('timestamps', 'true');
  const tail = flags.tail ?? (many && flags.since === undefined ? TAIL_OF_MANY : undefined);
  if (tail !== undefined && tail !== '-1') query.set('tailLines', tail);
  if (flags.since !== undefined) {
    query.set('sinceSeconds', String(Math.max(1, Math.ceil(parseDuration(flags.since, '--since') / 1000))));
  }
  return query;
}

async function printLog(
  context: CommandContext,
  connection: Connection,
  source: Source,
  prefixed: boolean,
): Promise<void> {
  const answer = await getRaw(connection, source.path, { accept: '*/*', signal: context.signal });
  const colour = colourOf(context.io.terminal, source.pod);
  const prefix = prefixed ? `${colour(`[${source.pod}/${source.container}]`)} ` : '';
  for await (const line of readLines(answer.body, LINE_BYTES_MAX)) context.io.out(`${prefix}${line}\n`);
}

function reportFailures(
  context: CommandContext,
  sources: readonly Source[],
  results: readonly PromiseSettledResult<void>[],
): void {
  const failures = results.flatMap((result, index) => {
    if (result.status === 'fulfilled' || context.signal.aborted) return [];
    return [{ source: sources[index], error: result.reason as unknown }];
  });
  const [first] = failures;
  if (first !== undefined && failures.length === results.length) throw first.error;
  for (const { source, error } of failures)
    context.io.err(`${source?.pod}: ${describeFailure(error).message}\n`);
  if (failures.length > 0)
    throw new CliError(`${failures.length} of ${results.length} logs could not be read.`);
}
