// Commands in the words of HAProxy's admin socket, and what it answers. Pure. The only place where layout becomes
// command text: everything in it is checked once more, so that nothing can end a word or a command.
import { invariant } from '@gantry/kit/invariant';
import type { Command } from './layout-commands.ts';
import type { MapName, Slot } from './layout.ts';
import type { ProxyServer } from './proxy-servers.ts';
import type { ProxyMode } from './proxy-state.ts';

/** Files beside the configuration; HAProxy runs in their folder. */
export const MAP_FILES: Readonly<Record<MapName, string>> = {
  services: 'services.map',
  'node-ports': 'node-ports.map',
  routes: 'routes.map',
  parents: 'parents.map',
};

/** HAProxy reads 16 kB at once; a batch above half of that is not trusted to arrive whole. */
export const BATCH_BYTES_MAX = 8_000;

/** A pod that refuses is known soon, and asked seldom otherwise: each node asks all. */
const CHECK = 'check inter 30s fastinter 1s downinter 1s fall 2 rise 1';
/**
 * A host that is lost is left out after so many connections in a row that could not be made, until a check succeeds.
 * Answers of 5xx do not count: an application that refuses one client has not to be taken from all.
 */
const OBSERVE: Readonly<Record<ProxyMode, string>> = {
  tcp: 'observe layer4 error-limit 2 on-error mark-down',
  http: 'observe layer4 error-limit 2 on-error mark-down slowstart 2s',
};
/** A server that was added at run time keeps no idle connections unless told so. */
const IDLE = 'pool-purge-delay 5s pool-max-conn -1';
const WORD = /^[a-zA-Z0-9_.:-]+$/;

/** Settings of a server, the same in the configuration and at run time. */
export function serverSettings({ mode, options }: Slot, weight: number): string {
  const { connectionsMax } = options;
  const limit = connectionsMax === undefined ? '' : ` maxconn ${whole(connectionsMax)}`;
  return `weight ${whole(weight)} ${CHECK} ${OBSERVE[mode]}${limit} ${IDLE}`;
}

/** Command lines of a change; none holds another. */
export function commandLines(command: Command, slotOf: (name: string) => Slot): string[] {
  switch (command.type) {
    case 'add-server':
      return addLines(slotOf(command.slot), command.server);
    case 'set-state':
      return [`set server ${serverWord(command)} state ${command.state}`];
    case 'set-weight':
      return [`set server ${serverWord(command)} weight ${whole(command.weight)}`];
    case 'delete-server':
      return [`del server ${serverWord(command)}`];
    case 'add-entry':
      return [`add map ${MAP_FILES[command.map]} ${word(command.key)} ${word(command.value)}`];
    case 'set-entry':
      return [`set map ${MAP_FILES[command.map]} ${word(command.key)} ${word(command.value)}`];
    case 'delete-entry':
      return [`del map ${MAP_FILES[command.map]} ${word(command.key)}`];
    case 'clear-table':
      return [`clear table ${word(command.slot)}`];
  }
}

function addLines(slot: Slot, server: ProxyServer): string[] {
  const name = serverWord({ slot: slot.name, id: server.id });
  const address = `${word(server.address)}:${whole(server.port)}`;
  return [
    `add server ${name} ${address} ${serverSettings(slot, server.weight)}`,
    `enable health ${name}`,
    `enable server ${name}`,
  ];
}

/** What HAProxy's answer to one line means. */
export function verdictOf(line: string, answer: string): 'done' | 'busy' | 'failed' {
  const text = answer.trim();
  if (text === '' || text === 'New server registered.' || text === 'Server deleted.') return 'done';
  if (line.startsWith('del server ') && /connections? attached|maintenance/.test(text)) return 'busy';
  // What is gone already needs no deletion.
  if (/^del (server|map) /.test(line) && /No such server|Key not found/i.test(text)) return 'done';
  return 'failed';
}

/** Groups of lines that go over together. */
export function batchesOf(lines: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = Infinity;
  for (const line of lines) {
    invariant(line.length < BATCH_BYTES_MAX, 'a command fits into a batch');
    if (bytes + line.length + 1 > BATCH_BYTES_MAX) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(line);
    bytes += line.length + 1;
  }
  return batches;
}

function serverWord({ slot, id }: { slot: string; id: string }): string {
  return `${word(slot)}/${word(id)}`;
}

/** @throws InvariantError on what could mean more than one word. */
export function word(text: string): string {
  invariant(WORD.test(text), 'words of a command hold nothing but letters, digits and "_.:-"');
  return text;
}

/** @throws InvariantError on what is no whole number of zero or more. */
export function whole(number: number): string {
  invariant(Number.isSafeInteger(number) && number >= 0, 'figures of a command are whole');
  return String(number);
}
