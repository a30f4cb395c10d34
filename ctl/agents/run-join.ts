// Starts an agent on this machine in the background and waits until its node is ready. What a failed join had made
// is removed again, so that it can be repeated.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createClient } from '@gantry/api/http-client';
import { nodeKind } from '@gantry/api/kinds/node';
import { createNodeTransport } from '@gantry/api/node-transport';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { dockerSilence, dockerSocketFrom } from '../up/docker-engine.ts';
import { AGENT_PROCESS, startAgent, waitForProcess } from '../up/local-cluster.ts';
import { logTail, stopProcess } from '../up/process-table.ts';
import { nodeNameFrom, serverFrom } from './join-arguments.ts';
import { agentFiles, agentState, hasJoined } from './joined-agent.ts';
import { wholeNumberOf } from '../whole-number.ts';

/** What the user asked for. */
export interface JoinFlags {
  token?: string;
  name: string;
  warmSandboxes: string;
}

const STOP_GRACE_MS = 10_000;
const ASK_TIMEOUT_MS = 3000;

/** Carries out `gantry agent join`. @throws CliError, or OperationalError with the agent's last words. */
export async function runJoin(
  context: CommandContext,
  home: Home,
  url: string,
  flags: JoinFlags,
): Promise<void> {
  const name = nodeNameFrom(flags.name);
  const server = serverFrom(url);
  const running = agentState(home, name);
  if (running.pid !== undefined) {
    context.io.out(
      `The agent of node ${name} runs already (pid ${running.pid}, ${running.server ?? 'no server'}).\n`,
    );
    return;
  }
  const isNew = !hasJoined(home, name);
  await checkPreconditions(context, home, name, flags);
  if (flags.token !== undefined) keepToken(home, name, flags.token);
  const warmSandboxes = wholeNumberOf(flags.warmSandboxes, '--warm-sandboxes');
  startAgent(home, { name, server, tokenFile: agentFiles(home, name).token, warmSandboxes });
  try {
    await waitUntilReady(context, home, name, server);
  } catch (error) {
    await stopProcess(home, `${AGENT_PROCESS}${name}`, STOP_GRACE_MS);
    if (isNew && !hasJoined(home, name))
      rmSync(agentFiles(home, name).folder, { recursive: true, force: true });
    throw error;
  }
}

async function checkPreconditions(
  context: CommandContext,
  home: Home,
  name: string,
  flags: JoinFlags,
): Promise<void> {
  if (flags.token === undefined && !hasJoined(home, name)) {
    throw new CliError(`The agent of node ${name} has not joined yet: it needs a token.`, {
      exitCode: EXIT.usage,
      nextStep:
        'Make one where the control plane is (gantry token create --join) and hand it over with --token.',
    });
  }
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

async function waitUntilReady(
  context: CommandContext,
  home: Home,
  name: string,
  server: string,
): Promise<void> {
  const line = new ProgressLine(context.io);
  line.show(`Joining ${server} as node ${name} …`);
  const ready = async (): Promise<boolean> => {
    const [words = ''] = context.io.terminal ? logTail(home, `${AGENT_PROCESS}${name}`, 1) : [];
    if (words !== '') line.show(`Joining ${server} as node ${name}: ${words}`);
    return isReady(home, name, server);
  };
  await waitForProcess(home, `${AGENT_PROCESS}${name}`, ready, context.signal);
  rmSync(agentFiles(home, name).token, { force: true });
  line.end(`Node ${name} has joined ${server} and is ready.`);
}

/** Asks with the agent's own certificate: a machine that joins need not have a kubeconfig. */
async function isReady(home: Home, name: string, server: string): Promise<boolean> {
  const files = agentFiles(home, name);
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
