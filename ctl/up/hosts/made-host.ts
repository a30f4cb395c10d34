// The further hosts of a local cluster: network namespaces of this machine, each with a state folder of its own as if it
// were another machine. Their names follow from the state folder, so that they are found without any record.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '@gantry/kit/random';
import { CliError, EXIT } from '../../command.ts';
import { homeFrom, type Home } from '../../home.ts';
import { NODES_MAX } from './nodes-max.ts';
import { hubName, inside, layFreeLinks, layLinks, type Cabling } from './host-links.ts';

const ID_LENGTH = 8;
/** A socket's path has at most 107 characters, and the longest below a host's folder takes 53. */
const ROOT_LENGTH_MAX = 54;

/** One of them. */
export interface MadeHost {
  /** From 2 on; the machine itself is the first. */
  number: number;
  /** Of its node. */
  name: string;
  namespace: string;
  /** What a program is started through to be on it. */
  through: readonly string[];
  home: Home;
  /** Of its engine. */
  socketPath: string;
}

/** What the cables of this state folder's hosts are called. */
export function cablingId(home: Home): string {
  return createHash('sha256').update(home.root).digest('hex').slice(0, ID_LENGTH);
}

/** The hosts that were made, wholly or in part. */
export function madeHosts(home: Home): MadeHost[] {
  if (!existsSync(home.hosts)) return [];
  return readdirSync(home.hosts)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => madeHost(home, Number(name)))
    .sort((a, b) => a.number - b.number);
}

/** Whether this machine has or had any, also when the state folder has been removed by hand. */
export function hasHosts(home: Home): boolean {
  return existsSync(home.hosts) || existsSync(namespaceFile(hubName(cablingId(home))));
}

export function madeHost(home: Home, number: number): MadeHost {
  const namespace = `${hubName(cablingId(home)).replace(/hub$/, '')}${number}`;
  const folder = join(home.hosts, String(number));
  return {
    ...{ number, name: `host-${number}`, namespace, through: inside(namespace) },
    ...{ home: homeFrom({ GANTRY_HOME: folder }), socketPath: join(folder, 'docker.sock') },
  };
}

/** Where a namespace is known by its name. */
export function namespaceFile(name: string): string {
  return join('/var/run/netns', name);
}

/**
 * How many nodes there are to be: what was asked for, else what there is.
 *
 * @throws CliError for what is no such number, and for fewer than there are.
 */
export function wantedNodes(home: Home, asked: string | undefined): number {
  const present = madeHosts(home).at(-1)?.number ?? 1;
  if (asked === undefined) return present;
  const nodes = /^\d{1,9}$/.test(asked) ? Number(asked) : 0;
  if (nodes < 1 || nodes > NODES_MAX) {
    throw new CliError(`--nodes must be a whole number from 1 to ${NODES_MAX}, not "${asked}".`, {
      exitCode: EXIT.usage,
      nextStep: 'For larger clusters there are nodes in memory: gantry agent join … --runtime hollow.',
    });
  }
  if (nodes < present) {
    throw new CliError(`This cluster has ${present} nodes already, and \`up\` takes none away.`, {
      exitCode: EXIT.conflict,
      nextStep: 'Take it down first (gantry down), or name no number to go on with those that there are.',
    });
  }
  if (nodes > 1 && home.root.length > ROOT_LENGTH_MAX) {
    throw new CliError(
      `The state folder ${home.root} has too long a path for the sockets of further hosts.`,
      {
        nextStep: `Choose one of at most ${ROOT_LENGTH_MAX} characters with GANTRY_HOME.`,
      },
    );
  }
  return nodes;
}

/** Lays their links: where they were, else at free addresses. */
export async function layOwnLinks(home: Home): Promise<Cabling> {
  const file = prefixFile(home);
  if (existsSync(file)) {
    const cabling = cablingOf(home);
    await layLinks(cabling);
    return cabling;
  }
  mkdirSync(home.hosts, { recursive: true, mode: 0o711 });
  const wish = { id: cablingId(home), links: 1 };
  return layFreeLinks(wish, {
    chance: () => systemRandom.next(),
    keep: (prefix) => writeFileSync(file, `${prefix}\n`),
  });
}

/** Their addresses, once their links have been laid. */
export function cablingOf(home: Home): Cabling {
  return { id: cablingId(home), prefix: readFileSync(prefixFile(home), 'utf8').trim(), links: 1 };
}

function prefixFile(home: Home): string {
  return join(home.hosts, 'prefix');
}
