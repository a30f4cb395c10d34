// Counts what goes through the HAProxy of this host: joins its socket and its pipe with the meter.
import { join } from 'node:path';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Ids } from '@gantry/kit/random';
import { askHaproxy } from '../service-proxy/haproxy-cli.ts';
import { ADMIN_SOCKET } from '../service-proxy/render-config.ts';
import { readPipe, TRAFFIC_PIPE } from './log-pipe.ts';
import { createTrafficMeter, type TrafficMeter } from './traffic-meter.ts';

/** @param deps `folder`: the one of the service proxy. */
export function createHostMeter(deps: {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  folder: string;
}): TrafficMeter {
  const { folder } = deps;
  return createTrafficMeter({
    ...deps,
    ask: (lines) => askHaproxy(join(folder, ADMIN_SOCKET), lines),
    listen: (onLine, signal) =>
      readPipe({ path: join(folder, TRAFFIC_PIPE), clock: deps.clock }, onLine, signal),
  });
}
