// `gantry top services`: what goes through Services right now, by revision. Two readings, and what lies between them.
import { SERVICE_TRAFFIC, type ServiceTraffic } from '@gantry/api/service-traffic';
import { sleep } from '@gantry/kit/clock';
import { getJson } from '../api-request.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { parseDuration } from '../parse-duration.ts';
import { alignColumns } from '../print/aligned.ts';
import { sessionsOf, TRAFFIC_HEAD, trafficRows, type TrafficReading } from './traffic-rows.ts';

export interface TopServicesFlags {
  allNamespaces?: boolean;
  interval: string;
  selector?: string;
}

const ROOT = `/apis/${SERVICE_TRAFFIC.group}/${SERVICE_TRAFFIC.version}`;
const INTERVAL_MIN_MS = 100;
const INTERVAL_MAX_MS = 600_000;

/** @throws CliError for an interval or a name that is none, or a name together with all namespaces. */
export async function topServices(
  context: CommandContext,
  name: string | undefined,
  flags: TopServicesFlags,
): Promise<void> {
  const intervalMs = parseDuration(flags.interval, '--interval');
  if (intervalMs < INTERVAL_MIN_MS || intervalMs > INTERVAL_MAX_MS)
    throw new CliError('--interval must be from 100ms to 10m.', { exitCode: EXIT.usage });
  if (name === '') throw new CliError('The name of the Service is empty.', { exitCode: EXIT.usage });
  if (name !== undefined && (flags.allNamespaces === true || flags.selector !== undefined))
    throw new CliError('A name goes neither with --all-namespaces nor with --selector.', {
      exitCode: EXIT.usage,
    });
  const connection = await context.connect();
  const before = await read(connection, name, flags);
  await sleep(context.clock, intervalMs, context.signal);
  const after = await read(connection, name, flags);
  const rows = trafficRows(before, after);
  if (rows.length > 0) context.io.out(alignColumns([TRAFFIC_HEAD, ...rows]));
  else context.io.err(`${nothing(connection, name, flags, after)}\n`);
}

async function read(
  connection: Connection,
  name: string | undefined,
  { allNamespaces, selector }: TopServicesFlags,
): Promise<TrafficReading> {
  const within = allNamespaces === true ? '' : `/namespaces/${encodeURIComponent(connection.namespace)}`;
  const path = `${ROOT}${within}/${SERVICE_TRAFFIC.resource}`;
  if (name !== undefined)
    return [await getJson<ServiceTraffic>(connection, `${path}/${encodeURIComponent(name)}`)];
  const query = selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
  return (await getJson<{ items: ServiceTraffic[] }>(connection, `${path}${query}`)).items;
}

function nothing(
  { namespace }: Connection,
  name: string | undefined,
  { allNamespaces, interval }: TopServicesFlags,
  after: TrafficReading,
): string {
  const where = allNamespaces === true ? 'any namespace' : `namespace ${namespace}`;
  const what = name === undefined ? `Services of ${where}` : `Service ${namespace}/${name}`;
  const sessions = sessionsOf(after);
  if (sessions === 0)
    return `Nothing has been counted for ${what} yet: nodes count what goes through a Service's address from its first request on.`;
  return `Nothing went through ${what} within ${interval}; ${sessions} requests and connections before. A longer --interval may show some.`;
}
