// What runs, looked at and not remembered: an agent that was started anew finds the HAProxy of the one before.
import { MAP_FILES } from './cli-text.ts';
import type { StoredSlots } from './haproxy-files.ts';
import type { HaproxyProcess } from './haproxy-process.ts';
import { MAP_NAMES, type Layout, type MapName } from './layout.ts';
import { readEntries, readServers } from './read-running.ts';
import { NO_ROUTING } from './routes/routing.ts';

/** A HAProxy that runs. */
export interface Running {
  /** Names its configuration. */
  generation: string;
  serviceCidr: string;
  layout: Layout;
}

/** One that an older agent started knows of no routes, and has no further maps. */
const OLDER_MAPS: readonly MapName[] = ['services', 'node-ports'];

/**
 * What runs, when it is of our making; undefined when it is not.
 *
 * @param stored what of it HAProxy does not know.
 * @throws OperationalError `proxy-silent` when it ends in between.
 */
export async function readRunning(
  haproxy: Pick<HaproxyProcess, 'running' | 'ask'>,
  stored: StoredSlots | undefined,
): Promise<Running | undefined> {
  const generation = await haproxy.running();
  if (generation === undefined || stored?.generation !== generation) return undefined;
  const known = stored.routing === undefined ? OLDER_MAPS : MAP_NAMES;
  const [servers = '', ...texts] = await haproxy.ask([
    'show servers state',
    ...known.map((map) => `show map ${MAP_FILES[map]}`),
  ]);
  const read = (name: MapName): Map<string, string> =>
    readEntries(texts[known.findIndex((map) => map === name)] ?? '');
  const maps = {
    services: read('services'),
    'node-ports': read('node-ports'),
    routes: read('routes'),
    parents: read('parents'),
  };
  const { slots, serviceCidr, routing = NO_ROUTING } = stored;
  return {
    ...{ generation, serviceCidr },
    layout: { slots, assigned: new Map(stored.assigned), servers: readServers(servers), maps, routing },
  };
}
