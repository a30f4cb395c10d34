// Starts an agent on this machine in the background and waits until its node is ready. What a failed join had made
// is removed again, so that it can be repeated.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createClient } from '@gantry/api/http-client';
import { nodeKind } from '@gantry/api/kinds/node';
import { createNodeTransport } from '@gantry/api/node-transport';
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { dockerSilence, dockerSocketFrom } from '../up/docker-engine.ts';
import { AGENT_PROCESS, READY_WAIT_MS, startAgent, waitForProcess } from '../up/local-cluster.ts';
import { logTail, stopProcess } from '../up/process-table.ts';
import { refuseForeignFolder } from '../up/state-folder.ts';
import { onOrOff } from '../on-or-off.ts';
import { hollowNodesFrom, nodeNameFrom, serverFrom } from './join-arguments.ts';
import { agentFiles, agentState, haveJoined, nodesOfAgent, type JoinedNode } from './joined-agent.ts';
import { wholeNumberOf } from '../whole-number.ts';

/** What the user asked for. */
export interface JoinFlags {
  token?: string;
  name: string;
  warmSandboxes?: string;
  serviceProxy?: string;
  podNetwork?: string;
  runtime: string;
  nodes?: string;
}

const STOP_GRACE_MS = 10_000;
const ASK_TIMEOUT_MS = 3000;
/** Nodes of one agent join a few at a time. */
const WAIT_PER_NODE_MS = 200;

/** Carries out `gantry agent join`. @throws CliError, or OperationalError with the agent's last words. */
export async function runJoin(
  context: CommandContext,
  home: Home,
  url: string,
  flags: JoinFlags,
): Promise<void> {
  const name = nodeNameFrom(flags.name);
  const hollowNodes = hollowNodesFrom(flags);
  const server = serverFrom(url);
  const running = agentState(home, name);
  if (running.pid !== undefined) {
    context.io.out(
      `The agent of node ${name} runs already (pid ${running.pid}, ${running.server ?? 'no server'}).\n`,
    );
    return;
  }
  const nodes = nodesOfAgent(home, name, hollowNodes);
  const isNew = !haveJoined(nodes);
  if (flags.token === undefined && isNew) throw tokenMissing(name);
  if (hollowNodes === undefined) await checkEngine(context);
  refuseForeignFolder(home);
  if (flags.token !== undefined) keepToken(home, name, flags.token);
  const warm = flags.warmSandboxes ?? String(WARM_SANDBOXES);
  const serviceProxy =
    flags.serviceProxy === undefined ? undefined : onOrOff(flags.serviceProxy, '--service-proxy');
  const kind =
    hollowNodes === undefined
      ? {
          warmSandboxes: wholeNumberOf(warm, '--warm-sandboxes'),
          serviceProxy,
          podNetwork: flags.podNetwork === undefined ? undefined : onOrOff(flags.podNetwork, '--pod-network'),
        }
      : { hollowNodes };
  startAgent(home, { name, server, tokenFile: agentFiles(home, name).token, ...kind });
  try {
    await waitUntilReady(context, home, { name, server, nodes });
  } catch (error) {
    await stopProcess(home, `${AGENT_PROCESS}${name}`, STOP_GRACE_MS);
    if (isNew && !haveJoined(nodes)) rmSync(agentFiles(home, name).folder, { recursive: true, force: true });
    throw error;
  }
}

function tokenMissing(name: string): CliError {
  return new CliError(`The agent of node ${name} has not joined yet: it needs a token.`, {
    exitCode: EXIT.usage,
    nextStep:
      'Make one where the control plane is (gantry token create --join) and hand it over with --token.',
  });
}

async function checkEngine(context: CommandContext): Promise<void> {
  const socket = dockerSocketFrom(context.env);
  const silence = await dockerSilence(socket);
  if (silence === undefined) return;
  throw new CliError(`No Docker engine answers at ${socket}: ${silence}`, {
    exitCode: EXIT.unreachable,
    nextStep: 'Start it, or let `gantry setup` install it; DOCKER_HOST=unix://… names another one.',
  });
}

function keepToken(home: Home, name: string, token: string): void {
  const files = agentFiles(home, name);
  mkdirSync(files.folder, { recursive: true, mode: 0o711 });
  writeFileSync(files.token, token.trim(), { mode: 0o600 });
}

interface Joining {
  /** Of the agent. */
  name: string;
  server: string;
  nodes: readonly JoinedNode[];
}

async function waitUntilReady(
  context: CommandContext,
  home: Home,
  { name, server, nodes }: Joining,
): Promise<void> {
  const [first, last] = [nodes[0]?.name ?? name, nodes.at(-1)?.name ?? name];
  const isOne = nodes.length === 1;
  const who = isOne ? `node ${first}` : `nodes ${first} to ${last}`;
  const line = new ProgressLine(context.io);
  line.show(`Joining ${server} as ${who} …`);
  let readyNodes = 0;
  const areReady = async (): Promise<boolean> => {
    const [words = ''] = context.io.terminal ? logTail(home, `${AGENT_PROCESS}${name}`, 1) : [];
    if (words !== '') line.show(`Joining ${server} as ${who}: ${words}`);
    // One after the other: each asks on a connection of its own.
    for (let node = nodes[readyNodes]; node !== undefined; node = nodes[readyNodes]) {
      if (!(await isReady(node, server))) return false;
      readyNodes += 1;
    }
    return true;
  };
  const patienceMs = READY_WAIT_MS + nodes.length * WAIT_PER_NODE_MS;
  await waitForProcess(home, `${AGENT_PROCESS}${name}`, areReady, context.signal, patienceMs);
  rmSync(agentFiles(home, name).token, { force: true });
  line.end(
    isOne
      ? `Node ${first} has joined ${server} and is ready.`
      : `Nodes ${first} to ${last} have joined ${server} and are ready.`,
  );
}

/** Asks with the agent's own certificate: a machine that joins need not have a kubeconfig. */
async function isReady({ name, ...files }: JoinedNode, server: string): Promise<boolean> {
  if (!existsSync(files.cert)) return false;
  const read = (file: string): string => readFileSync(file, 'utf8');
  const identity = { ca: read(files.ca), cert: read(files.cert), key: read(files.key) };
  const connection = createNodeTransport({ server, ...identity });
  try {
    const client = createClient({ transport: connection.transport });
    const node = await client.get(nodeKind, { namespace: '', name }, AbortSignal.timeout(ASK_TIMEOUT_MS));
    return (
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
    );
  } finally {
    await connection.close();
  }
}
