// What a running HAProxy says of itself, so that it is looked at and not remembered. Pure.
import type { LaidServer } from './layout.ts';

/** Bits of `srv_admin_state` that an operator or an agent sets. */
const FORCED_MAINTENANCE = 0x01;
const FORCED_DRAIN = 0x08;

/** Reads the answer to `show servers state`: servers by slot and id. */
export function readServers(text: string): Map<string, Map<string, LaidServer>> {
  const servers = new Map<string, Map<string, LaidServer>>();
  const lines = text.split('\n');
  const header = lines.find((line) => line.startsWith('# '));
  if (header === undefined) return servers;
  const columns = header.slice(2).trim().split(' ');
  for (const line of lines) {
    const values = line.trim().split(' ');
    if (line.startsWith('#') || values.length < columns.length) continue;
    const of = (column: string): string => values[columns.indexOf(column)] ?? '';
    const slot = of('be_name');
    const laid = servers.get(slot) ?? new Map<string, LaidServer>();
    const id = of('srv_name');
    const [address, port, weight] = [of('srv_addr'), Number(of('srv_port')), Number(of('srv_uweight'))];
    laid.set(id, { id, address, port, weight, state: stateOf(Number(of('srv_admin_state'))) });
    servers.set(slot, laid);
  }
  return servers;
}

function stateOf(bits: number): LaidServer['state'] {
  if ((bits & FORCED_MAINTENANCE) !== 0) return 'maint';
  return (bits & FORCED_DRAIN) === 0 ? 'ready' : 'drain';
}

/** Reads the answer to `show map`. */
export function readEntries(text: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [reference = '', key, value] = line.trim().split(' ');
    if (reference.startsWith('0x') && key !== undefined && value !== undefined) entries.set(key, value);
  }
  return entries;
}

/** The generation in the answer to `show info`: which configuration the process runs. */
export function readGeneration(text: string): string | undefined {
  return /^description: (\S+)$/m.exec(text)?.[1];
}

/**
 * Pids in the answer of the master to `show proc`: workers of before a reload that have still something to finish. Undefined where it
 * names no workers at all: it begins anew.
 */
export function readOldWorkers(text: string): number[] | undefined {
  if (!text.includes('# workers\n')) return undefined;
  const [, old = ''] = text.split('# old workers\n');
  const [rows = ''] = old.split('\n#');
  return rows.split('\n').flatMap((row) => {
    const [, pid] = /^(\d+)\s+worker\s/.exec(row) ?? [];
    return pid === undefined ? [] : [Number(pid)];
  });
}

/** Reads the answer to `show stat` about servers: how many requests and connections each has, by `slot/id`, those in line too. */
export function readSessions(text: string): Map<string, number> {
  const { columns, rows } = readTable(text);
  return new Map(
    rows.map((values) => {
      const of = (column: string): string => values[columns.indexOf(column)] ?? '';
      return [`${of('pxname')}/${of('svname')}`, Number(of('scur')) + Number(of('qcur'))];
    }),
  );
}

/**
 * Whether `show stat` about frontends is of a process that takes no new connections any more. Not what `show info` says of stopping: that
 * is so from the moment on at which it begins with that.
 */
export function areStopped(text: string): boolean {
  const { columns, rows } = readTable(text);
  const status = columns.indexOf('status');
  return rows.length > 0 && rows.every((values) => values[status] === 'STOP');
}

/** What `show stat` answers. */
function readTable(text: string): { columns: string[]; rows: string[][] } {
  const [header = '', ...lines] = text.split('\n');
  if (!header.startsWith('# ')) return { columns: [], rows: [] };
  const rows = lines.filter((line) => line.includes(',')).map((line) => line.split(','));
  return { columns: header.slice(2).split(','), rows };
}

/** `2.6` of what `haproxy -v` says, as numbers. */
export function readVersion(text: string): { major: number; minor: number } | undefined {
  const found = /^HA-?Proxy version (\d+)\.(\d+)/m.exec(text);
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
}

/** Whether what `haproxy -vv` says tells of Lua. */
export function hasLua(text: string): boolean {
  return /^Built with Lua version /m.test(text);
}

/** Whose table of rules `nft list table` shows; undefined when there is none. */
export function readOwner(text: string): string | undefined {
  return /^\s*comment "([^"]*)"/m.exec(text)?.[1];
}

/** Ports of what `ss -Htlnp` lists, and the program that has each; what is for IPv6 alone is in nobody's way. */
export function readListening(text: string): Map<number, string> {
  const ports = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, , , local = '', , who = ''] = line.trim().split(/\s+/);
    const port = Number(/:(\d{1,5})$/.exec(local)?.[1] ?? NaN);
    if (Number.isNaN(port) || local.startsWith('[')) continue;
    const program = /\(\("([\w.-]{1,32})"/.exec(who)?.[1];
    ports.set(port, program === undefined ? 'another program' : `the program ${program}`);
  }
  return ports;
}
