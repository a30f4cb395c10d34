// Starts a whole cluster on this machine, or nothing. Running it again changes nothing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { applyFiles } from '../apply/apply-files.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { connectWithKubeconfig, type Connection } from '../connect.ts';
import { repositoryRoot, type Home } from '../home.ts';
import { makeDemoImages } from './demo-image.ts';
import { dockerSocketFrom } from './docker-engine.ts';
import {
  AGENT_PROCESS,
  apiAddress,
  startAgent,
  startControlPlane,
  startEtcd,
  waitForProcess,
  type ClusterOptions,
} from './local-cluster.ts';
import type { WantedPort } from './machine-facts.ts';
import {
  forget,
  recordedNames,
  recordSelf,
  runningProcess,
  stopProcess,
  UP_PROCESS,
} from './process-table.ts';
import { answersReady, nodeIsReady } from './readiness.ts';
import { setUpMachine } from './setup.ts';
import { onOrOff } from '../on-or-off.ts';
import { wholeNumberOf } from '../whole-number.ts';

const STOP_GRACE_MS = 10_000;

/** The options of `gantry up` as they were typed. */
export interface UpFlags {
  port: string;
  etcdPort: string;
  etcd?: string;
  name: string;
  warmSandboxes: string;
  serviceProxy: string;
  demo: boolean;
}

/** Carries out `gantry up`. @throws CliError; what this run started is stopped again. */
export async function runUp(context: CommandContext, flags: UpFlags): Promise<void> {
  const { home, io } = context;
  const options = optionsFrom(flags);
  const say = (sentence: string): void => {
    io.out(`${sentence}\n`);
  };
  refuseSecond(home);
  const before = new Set(recordedNames(home).filter((name) => runningProcess(home, name)));
  try {
    const dockerSocket = dockerSocketFrom(context.env);
    const wantedPorts = wantedPortsOf(home, options);
    await setUpMachine(home, { dockerSocket, wantedPorts, needsEtcd: options.etcd === undefined }, say);
    recordSelf(home, UP_PROCESS);
    await makeDemoImages(dockerSocket);
    const connection = await startAll(home, options, say, context.signal);
    if (flags.demo) await applyDemo(context, connection);
    printSummary(context, options);
  } catch (error) {
    forget(home, UP_PROCESS);
    await stopWhatWasStarted(home, before, say);
    throw error;
  }
  forget(home, UP_PROCESS);
}

function refuseSecond(home: Home): void {
  const other = runningProcess(home, UP_PROCESS);
  if (other === undefined) return;
  throw new CliError(`Another \`gantry up\` is at work on ${home.root} (pid ${other.pid}).`, {
    exitCode: EXIT.conflict,
    nextStep: 'Wait for it, or end it and what it has started with `gantry down`.',
  });
}

function optionsFrom(flags: UpFlags): ClusterOptions {
  return {
    apiPort: portFrom(flags.port, '--port'),
    etcdPort: portFrom(flags.etcdPort, '--etcd-port'),
    ...(flags.etcd === undefined ? {} : { etcd: flags.etcd }),
    nodeName: flags.name,
    warmSandboxes: wholeNumberOf(flags.warmSandboxes, '--warm-sandboxes'),
    serviceProxy: onOrOff(flags.serviceProxy, '--service-proxy'),
  };
}

function portFrom(text: string, option: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_535) return port;
  throw new CliError(`${option} must be a port from 1 to 65534, not "${text}".`, { exitCode: EXIT.usage });
}

/** Ports of parts that do not run yet; a part of ours that runs holds its own port. */
function wantedPortsOf(home: Home, options: ClusterOptions): WantedPort[] {
  const wanted: WantedPort[] = [];
  if (!runningProcess(home, 'control-plane')) {
    wanted.push({ port: options.apiPort, usedFor: 'the API', option: '--port' });
  }
  if (options.etcd === undefined && !runningProcess(home, 'etcd')) {
    wanted.push({ port: options.etcdPort, usedFor: 'etcd', option: '--etcd-port' });
    wanted.push({ port: options.etcdPort + 1, usedFor: "etcd's peers", option: '--etcd-port' });
  }
  return wanted;
}

async function startAll(
  home: Home,
  options: ClusterOptions,
  say: (s: string) => void,
  signal: AbortSignal,
): Promise<Connection> {
  signal.throwIfAborted();
  if (await startEtcd(home, options)) say(`Started etcd on 127.0.0.1:${options.etcdPort}`);
  if (startControlPlane(home, options)) say(`Started the control plane on ${apiAddress(options)}`);
  await waitForProcess(home, 'control-plane', () => answersReady(home), signal);
  const connection = await connectWithKubeconfig(home.kubeconfig);
  const started = startAgent(home, {
    name: options.nodeName,
    server: apiAddress(options),
    tokenFile: home.joinToken,
    caFile: home.certificateAuthority,
    warmSandboxes: options.warmSandboxes,
    serviceProxy: options.serviceProxy,
  });
  if (started) say(`Started the agent of node ${options.nodeName}`);
  const ready = () => nodeIsReady(connection, options.nodeName);
  await waitForProcess(home, `${AGENT_PROCESS}${options.nodeName}`, ready, signal);
  return connection;
}

async function applyDemo(context: CommandContext, connection: Connection): Promise<void> {
  const folder = join(repositoryRoot(), 'manifests', 'demo');
  if (existsSync(folder)) await applyFiles(context, connection, { files: [folder], namespace: 'default' });
}

function printSummary(context: CommandContext, options: ClusterOptions): void {
  const { home, io } = context;
  io.out(`
Gantry is up.
  API         ${apiAddress(options)}
  kubeconfig  ${home.kubeconfig}
  logs        ${home.logs}

Try:
  npx gantry get pods
  npx gantry logs -l app=web
  npx gantry scale deployment/web --replicas 5
`);
}

async function stopWhatWasStarted(
  home: Home,
  before: ReadonlySet<string>,
  say: (s: string) => void,
): Promise<void> {
  const mine = recordedNames(home).filter((name) => !before.has(name));
  const order = ['agent', 'control-plane', 'etcd', 'dockerd'];
  mine.sort(
    (a, b) => order.findIndex((part) => a.startsWith(part)) - order.findIndex((part) => b.startsWith(part)),
  );
  for (const name of mine) await stopProcess(home, name, STOP_GRACE_MS);
  if (mine.length > 0) say(`Stopped again: ${mine.join(', ')}`);
}
