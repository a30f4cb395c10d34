// `gantry flag stats`: how often flags were evaluated, as the control plane and every node have counted since they
// started.
import { readText } from '@gantry/api/answer-body';
import {
  readEvaluationCounts,
  sumEvaluationCounts,
  type EvaluationCount,
} from '@gantry/api/flags/evaluation-counts';
import { nodeKind } from '@gantry/api/kinds/node';
import { statusErrorOf } from '@gantry/api/status-answer';
import { StatusError } from '@gantry/api/status-error';
import { mapBounded } from '@gantry/kit/map-bounded';
import type { CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns } from '../print/aligned.ts';
import { findFeatureFlag } from './find-flag.ts';

const HEAD = ['KEY', 'VERSION', 'VARIANT', 'REASON', 'EVALUATIONS'];
const METRICS_BYTES_MAX = 16 * 1024 * 1024;
const NODES_AT_ONCE = 16;

/** Prints the sums over all who evaluate. A node that does not answer is named. */
export async function printStats(context: CommandContext, named: string): Promise<void> {
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
  const all = [...(await countsAt(connection, '/metrics')), ...counts.flat()];
  const rows = rowsOf(
    all.filter(({ labels }) => labels.namespace === place.namespace && labels.feature_flag === place.name),
  );
  if (rows.length > 0) context.io.out(alignColumns([HEAD, ...rows]));
  else context.io.err(`No evaluations of FeatureFlag "${place.name}" have been counted.\n`);
  for (const sentence of silent) context.io.err(`not counted: ${sentence}\n`);
}

async function countsAt({ client }: Connection, path: string): Promise<EvaluationCount[]> {
  const answer = await client.raw({ method: 'GET', path });
  if (answer.status !== 200) throw await statusErrorOf(answer);
  return readEvaluationCounts(await readText(answer.body, METRICS_BYTES_MAX));
}

function rowsOf(counts: readonly EvaluationCount[]): string[][] {
  return sumEvaluationCounts(counts).map(({ labels: { flag, version, variant, reason }, count }) => [
    ...[flag, version, variant === '' ? '<none>' : variant, reason],
    String(count),
  ]);
}
