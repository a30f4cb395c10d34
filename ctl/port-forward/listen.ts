// Listens on this machine for all the ports that are forwarded: on all of them, or on none.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import { CliError } from '../command.ts';
import { endpointText, type LocalAddress } from './local-address.ts';
import type { PortPair } from './port-words.ts';

/** A port of this machine that is listened on. */
export interface Listening {
  server: Server;
  host: string;
  /** As it is: a free one where any was wanted. */
  pair: PortPair;
}

/** Connections of one local port at once. */
const CONNECTIONS_MAX = 256;

/** @throws CliError with a next step when one cannot be had; then none is kept. */
export async function listenOnAll(
  pairs: readonly PortPair[],
  addresses: readonly LocalAddress[],
  onConnection: (socket: Socket, pair: PortPair) => void,
): Promise<Listening[]> {
  const all: Listening[] = [];
  try {
    for (const pair of pairs) {
      let { local } = pair;
      for (const address of addresses) {
        const listening = await listen(address, { ...pair, local }, onConnection);
        if (listening === undefined) continue;
        all.push(listening);
        // One port, at all the addresses.
        local = listening.pair.local;
      }
    }
    return all;
  } catch (error) {
    for (const { server } of all) server.close();
    throw error;
  }
}

/** @returns undefined where the address is not there and need not be. */
async function listen(
  { host, required }: LocalAddress,
  wanted: PortPair,
  onConnection: (socket: Socket, pair: PortPair) => void,
): Promise<Listening | undefined> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.maxConnections = CONNECTIONS_MAX;
  server.listen({ host, port: wanted.local, ipv6Only: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!required) return undefined;
    throw notListening(error, host, wanted);
  }
  const pair = { ...wanted, local: (server.address() as AddressInfo).port };
  server.on('connection', (socket) => {
    onConnection(socket, pair);
  });
  return { server, host, pair };
}

function notListening(error: unknown, host: string, { local, remote }: PortPair): CliError {
  const endpoint = endpointText(host, local);
  const other = `Choose another local port, for example ${freeGuess(local)}:${remote}, or :${remote} for any that is free.`;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new CliError(`${endpoint} is taken by another program.`, { nextStep: other });
    case 'EACCES':
      return new CliError(`You may not listen on ${endpoint}.`, { nextStep: other });
    case 'EADDRNOTAVAIL':
      return new CliError(`${host} is no address of this machine.`, {
        nextStep: 'Leave out --address, or give one that `ip address` shows.',
      });
    default:
      return new CliError(`${endpoint} cannot be listened on: ${messageOf(error)}`, { nextStep: other });
  }
}

/** A port that is seldom taken and looks alike. */
function freeGuess(port: number): number {
  return port < 10_000 ? 10_000 + port : port - 1;
}
