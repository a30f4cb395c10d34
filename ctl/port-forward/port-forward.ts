// Forwards ports of this machine to one pod until Ctrl-C, or until the pod is gone. What goes wrong with one connection
// is said, and ends no other.
import type { Socket } from 'node:net';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { pathOf } from '@gantry/api/paths';
import { StatusError } from '@gantry/api/status-error';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { openWebSocket } from '../open-websocket.ts';
import { watchUntil } from '../watch-until.ts';
import { carryConnection, PROTOCOL } from './carry-connection.ts';
import { chooseTarget } from './choose-pod.ts';
import { listenOnAll } from './listen.ts';
import { endpointText, localAddresses } from './local-address.ts';
import { portPairs, readPortWord, type PortPair } from './port-words.ts';

/** What was typed. */
export interface PortForwardRequest {
  target: string;
  ports: readonly string[];
  address: string;
}

/** As long as timers go: some 24 days. */
const FOREVER_MS = 2 ** 31 - 1;

/** @throws CliError when the pod is gone, or a port of this machine cannot be had. */
export async function portForward(context: CommandContext, request: PortForwardRequest): Promise<void> {
  const addresses = localAddresses(request.address);
  // What is wrong in any case is said before anybody is asked.
  request.ports.forEach(readPortWord);
  const connection = await context.connect();
  const { pod, service } = await chooseTarget(connection, request.target);
  const pairs = portPairs(request.ports, pod, service);
  const open = new Set<Socket>();
  const all = await listenOnAll(pairs, addresses, (local, pair) => {
    open.add(local);
    local.once('close', () => open.delete(local));
    void carry(context, connection, pod, { local, pair });
  });
  for (const { host, pair } of all) {
    context.io.out(`Forwarding from ${endpointText(host, pair.local)} -> ${pair.remote}\n`);
  }
  try {
    await untilOver(context, connection, pod, request.target);
  } finally {
    for (const { server } of all) server.close();
    for (const local of open) local.destroy();
  }
}

async function carry(
  context: CommandContext,
  connection: Connection,
  pod: Pod,
  { local, pair }: { local: Socket; pair: PortPair },
): Promise<void> {
  context.io.out(`Handling connection for ${pair.local}\n`);
  const { name = '', namespace = '' } = pod.metadata;
  const path = `${pathOf(podKind, { namespace, name }, 'portforward')}?ports=${pair.remote}`;
  const failure = await carryConnection(local, openWebSocket(connection, path, PROTOCOL));
  if (failure === undefined || context.signal.aborted) return;
  context.io.err(`an error occurred forwarding ${pair.local} -> ${pair.remote}: ${failure}\n`);
}

/** Returns after Ctrl-C. @throws CliError when the pod is gone or has ended. */
async function untilOver(
  context: CommandContext,
  connection: Connection,
  { metadata }: Pod,
  target: string,
): Promise<void> {
  const { name = '', namespace = '' } = metadata;
  try {
    await watchUntil(
      context,
      connection,
      { definition: podKind, namespace, name },
      {
        timeoutMs: FOREVER_MS,
        waitingFor: () => `the end of pod ${name}`,
        done: (current) => {
          const why = whyOver(current as Pod | undefined, metadata.uid);
          if (why !== undefined) throw podIsOver(name, why, target);
          return false;
        },
      },
    );
  } catch (error) {
    if (context.signal.aborted) return;
    // Who may forward may still not be allowed to watch pods: then each connection tells.
    if (!(error instanceof StatusError) || error.status.code !== 403) throw error;
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
  }
}

function whyOver(pod: Pod | undefined, uid: string | undefined): string | undefined {
  if (pod === undefined || pod.metadata.uid !== uid) return 'is gone';
  const phase = pod.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed' ? `has ended (${phase})` : undefined;
}

function podIsOver(name: string, why: string, target: string): CliError {
  const isOneOfMany = target.includes('/') && !/^(po|pod|pods)\//.test(target);
  return new CliError(`Pod ${name} ${why}: nothing is forwarded any more.`, {
    exitCode: EXIT.notFound,
    ...(isOneOfMany ? { nextStep: `Run the command again: ${target} may have another pod.` } : {}),
  });
}
