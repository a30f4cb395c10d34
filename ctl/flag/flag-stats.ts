// `gantry flag stats`: how often flags were evaluated, as every control plane and every node have counted since they
// started.
import { readText } from '@gantry/api/answer-body';
import {
  readEvaluationCounts,
  sumEvaluationCounts,
  type EvaluationCount,
} from '@gantry/api/flags/evaluation-counts';
import { endpointSliceKind } from '@gantry/api/kinds/endpoint-slice';
import { nodeKind } from '@gantry/api/kinds/node';
import { API_SERVICE } from '@gantry/api/kinds/service';
import { knownServers } from '@gantry/api/known-servers';
import { statusErrorOf } from '@gantry/api/status-answer';
import { StatusError } from '@gantry/api/status-error';
import { mapBounded } from '@gantry/kit/map-bounded';
import { messageOf } from '@gantry/kit/operational-error';
import { REPLICAS_MAX } from '@gantry/kit/tunnel/replica-news';
import type { CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns } from '../print/aligned.ts';
import { dataFormatOf, dataText } from '../print/data-text.ts';
import { findFeatureFlag } from './find-flag.ts';

const HEAD = ['KEY', 'VERSION', 'VARIANT', 'REASON', 'EVALUATIONS'];
const METRICS_BYTES_MAX = 16 * 1024 * 1024;
const NODES_AT_ONCE = 16;

/** Prints the sums over all who evaluate. A node that does not answer is named. */
export async function printStats(
  context: CommandContext,
  named: string,
  output: string | undefined,
): Promise<void> {
  const format = dataFormatOf(output);
  const connection = await context.connect();
  const { place } = await findFeatureFlag(connection, named);
  const { items: nodes } = await connection.client.list(nodeKind);
  const paths = nodes.map(
    ({ metadata: { name = '' } }) => `/api/v1/nodes/${encodeURIComponent(name)}/proxy/metrics`,
  );
  const silent: string[] = [];
  const counts = await mapBounded(paths, NODES_AT_ONCE, async (path) => {
    try {
      return await countsAt(connection, path);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      silent.push(error.message);
      return [];
    }
  });
  const all = [...(await controlPlaneCounts(connection, silent)), ...counts.flat()];
  const sums = sumEvaluationCounts(
    all.filter(({ labels }) => labels.namespace === place.namespace && labels.feature_flag === place.name),
  );
  if (format !== undefined) context.io.out(dataText(format, sums.map(dataOf)));
  else if (sums.length > 0) context.io.out(alignColumns([HEAD, ...sums.map(rowOf)]));
  else context.io.err(`No evaluations of FeatureFlag "${place.name}" have been counted.\n`);
  for (const sentence of silent) context.io.err(`not counted: ${sentence}\n`);
}

/** Of every replica. One that does not answer is named; where none does by its own address, whoever answers is asked. */
async function controlPlaneCounts(connection: Connection, silent: string[]): Promise<EvaluationCount[]> {
  const { namespace } = API_SERVICE;
  const { items } = await connection.client.list(endpointSliceKind, { namespace });
  const servers = knownServers(items).slice(0, REPLICAS_MAX);
  if (servers.length < 2) return countsAt(connection, '/metrics');
  const answers = await Promise.all(servers.map((server) => countsOfReplica(connection, server)));
  const failures = answers.filter((answer) => typeof answer === 'string');
  silent.push(...failures);
  if (failures.length === answers.length) return countsAt(connection, '/metrics');
  return answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer));
}

/** @returns why there are none, in a sentence. */
async function countsOfReplica(connection: Connection, server: string): Promise<EvaluationCount[] | string> {
  const { protocol } = new URL(connection.access.server);
  const own = connection.at(`${protocol}//${server}`);
  try {
    return await countsAt(own, '/metrics');
  } catch (error) {
    return `control plane ${server}: ${messageOf(error)}`;
  } finally {
    await own.close();
  }
}

async function countsAt({ client }: Connection, path: string): Promise<EvaluationCount[]> {
  const answer = await client.raw({ method: 'GET', path });
  if (answer.status !== 200) throw await statusErrorOf(answer);
  return readEvaluationCounts(await readText(answer.body, METRICS_BYTES_MAX));
}

const rowOf = ({ labels: { flag, version, variant, reason }, count }: EvaluationCount): string[] => [
  ...[flag, version, variant === '' ? '<none>' : variant, reason],
  String(count),
];

const dataOf = ({ labels: { flag, version, variant, reason }, count }: EvaluationCount): object => ({
  ...{ key: flag, version, ...(variant === '' ? {} : { variant }), reason },
  evaluations: count,
});
