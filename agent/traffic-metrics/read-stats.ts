// What HAProxy says of its servers in answer to `show info` and `show stat`. Pure.
import { emptyRow, TRAFFIC_COUNTERS, type TrafficCounter } from '@gantry/api/service-traffic';

/** The counters of one server of one process. */
export interface ServerCounters {
  slot: string;
  server: string;
  /** Without latencies. */
  row: readonly number[];
}

/** What is asked; all backends, servers alone. */
export const STATS_COMMANDS = ['show info', 'show stat -1 4 -1'] as const;

const COLUMNS: Readonly<Record<TrafficCounter, string>> = {
  answers1xx: 'hrsp_1xx',
  answers2xx: 'hrsp_2xx',
  answers3xx: 'hrsp_3xx',
  answers4xx: 'hrsp_4xx',
  answers5xx: 'hrsp_5xx',
  answersOther: 'hrsp_other',
  sessions: 'stot',
  connectErrors: 'econ',
  answerErrors: 'eresp',
  retries: 'wretr',
  redispatches: 'wredis',
  bytesIn: 'bin',
  bytesOut: 'bout',
};

/** Tells a worker from all others that run or ran; undefined when it is no answer. */
export function readProcess(info: string): { generation: string; pid: string } | undefined {
  const generation = /^description: (\S+)$/m.exec(info)?.[1];
  const pid = /^Pid: (\d+)$/m.exec(info)?.[1];
  return generation === undefined || pid === undefined ? undefined : { generation, pid };
}

/** Reads the answer to `show stat`; what it does not tell is 0. Servers that have counted nothing are left out. */
export function readStats(text: string): ServerCounters[] {
  const [header = '', ...lines] = text.split('\n');
  if (!header.startsWith('# ')) return [];
  const names = header.slice(2).split(',');
  const [slotAt, serverAt] = [names.indexOf('pxname'), names.indexOf('svname')];
  const places = TRAFFIC_COUNTERS.map((counter) => names.indexOf(COLUMNS[counter]));
  const columns = Math.max(slotAt, serverAt, ...places) + 1;
  const servers: ServerCounters[] = [];
  for (const line of lines) {
    const values = line.split(',', columns);
    const [slot = '', server = ''] = [values[slotAt], values[serverAt]];
    if (slot === '' || server === '') continue;
    const row = emptyRow();
    // There may be thousands of servers: no object for each of them.
    places.forEach((place, at) => (row[at] = countIn(values[place])));
    if (row.some((count) => count > 0)) servers.push({ slot, server, row });
  }
  return servers;
}

function countIn(text = ''): number {
  const count = Number(text);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
