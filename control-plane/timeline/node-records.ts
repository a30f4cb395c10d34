// What agents remember of their pods, asked for through their tunnels. A node that does not answer is named, and fails
// nothing.
import type { TimelineClock } from '@gantry/api/timeline/timeline-entry';
import { SKEW_TOLD_MS } from '@gantry/api/timeline/timeline-entry';
import { readNodeReport, type NodeReport } from '@gantry/api/timeline/node-report';
import type { Clock } from '@gantry/kit/clock';
import { parseHybrid } from '@gantry/kit/hybrid-time';
import type { TunnelTimelineOptions } from '@gantry/kit/tunnel/tunnel-request';
import { askNode } from '../tunnel/ask-node.ts';
import type { Tunnels } from '../tunnel/tunnel-registry.ts';
import type { TimelineRecord } from './timeline-record.ts';

/** Where agents' records come from. */
export interface NodeReports {
  /** Nodes with a tunnel to this replica. */
  connected(): readonly string[];
  /** @throws StatusError 503. */
  report(node: string, options: TunnelTimelineOptions, signal: AbortSignal): Promise<NodeReport | undefined>;
}

/** What all nodes together have said. */
export interface NodeAnswers {
  records: readonly TimelineRecord[];
  clocks: readonly TimelineClock[];
  /** Nodes that did not answer. */
  silent: readonly string[];
}

/** Nodes asked for one answer; of others only Events tell. */
export const NODES_ASKED_MAX = 200;
/** uids named in one question; beyond that all of the namespace are asked for. */
const UIDS_MAX = 2_000;

/** Reports by way of the tunnels. */
export function tunnelReports(deps: {
  tunnels: Pick<Tunnels, 'open' | 'connectedNodes'>;
  clock: Clock;
}): NodeReports {
  return {
    connected: () => deps.tunnels.connectedNodes(),
    async report(node, options, signal) {
      const text = await askNode(deps, node, { kind: 'timeline', ...options }, signal);
      return readNodeReport(JSON.parse(text));
    },
  };
}

/** Asks them all at once. Does not throw. */
export async function nodeAnswers(
  reports: NodeReports,
  nodes: readonly string[],
  asked: { namespace: string; uids?: readonly string[] },
  at: { nowMs(): number; signal: AbortSignal },
): Promise<NodeAnswers> {
  const { namespace, uids } = asked;
  const options: TunnelTimelineOptions = {
    ...(namespace === '' ? {} : { namespace }),
    ...(uids === undefined || uids.length > UIDS_MAX ? {} : { uids }),
  };
  const answers = await Promise.all(
    nodes.slice(0, NODES_ASKED_MAX).map(async (node) => {
      const report = await reports.report(node, options, at.signal).catch(() => undefined);
      return { node, report };
    }),
  );
  const told = answers.flatMap(({ node, report }) => (report === undefined ? [] : [{ node, report }]));
  return {
    records: told.flatMap(({ node, report }) => recordsOf(node, report, at.nowMs())),
    clocks: told
      .map(({ node, report }) => ({ where: node, skewMs: report.skewMs }))
      .filter(({ skewMs }) => Math.abs(skewMs) > SKEW_TOLD_MS),
    silent: [...answers.filter(({ report }) => report === undefined).map(({ node }) => node), ...nodes.slice(NODES_ASKED_MAX)],
  };
}

/**
 * The records in this replica's time. An agent goes by the clock of the replica that it talks to; should that one be off,
 * all that the agent says is off by as much.
 */
function recordsOf(node: string, { incarnation, now, skewMs, records }: NodeReport, nowMs: number): TimelineRecord[] {
  const offMs = (parseHybrid(now)?.wallMs ?? nowMs) - nowMs;
  const shiftMs = Math.abs(offMs) > SKEW_TOLD_MS ? -offMs : 0;
  const skew = Math.abs(skewMs) > SKEW_TOLD_MS ? { skewMs } : {};
  return records.flatMap(({ seq, at, seen, ...told }): TimelineRecord[] => {
    const time = parseHybrid(at);
    if (time === undefined) return [];
    return [
      {
        at: { wallMs: Math.max(0, time.wallMs + shiftMs), counter: time.counter, node },
        ...{ seen, owners: [] },
        entry: { id: `${node}/${incarnation}/${seq}`, where: node, who: 'agent', ...told, ...skew },
      },
    ];
  });
}
