// Starts a whole cluster on this machine, or nothing. Running it again changes nothing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { applyFiles } from '../apply/apply-files.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { connectWithKubeconfig, type Connection } from '../connect.ts';
import { repositoryRoot, type Home } from '../home.ts';
import { madeHosts, wantedNodes } from './hosts/made-host.ts';
import type { Say } from './install.ts';
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
import { LOOPBACK } from './ports.ts';
import type { WantedPort } from './machine-facts.ts';
import {
  forget,
  givenOption,
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
  nodes?: string;
  demo: boolean;
}

/** Carries out `gantry up`. @throws CliError; what this run started is stopped again. */
export async function runUp(context: CommandContext, flags: UpFlags): Promise<void> {
  const { home, io } = context;
  const wanted = optionsFrom(home, flags);
  const say: Say = (sentence) => {
    io.out(`${sentence}\n`);
  };
  refuseSecond(home);
  const before = new Set(partsOf(home).flatMap((part) => runningProcess(part.home, part.name)?.pid ?? []));
  try {
    const dockerSocket = dockerSocketFrom(context.env);
    const needs = { needsEtcd: wanted.etcd === undefined, needsHosts: wanted.nodes > 1 };
    const wantedPorts = wantedPortsOf(home, wanted);
    await setUpMachine(home, { dockerSocket, wantedPorts, ...needs }, say);
    recordSelf(home, UP_PROCESS);
    await makeDemoImages(dockerSocket);
    const options = await withHosts(home, wanted, say);
    const connection = await startAll(home, options, say, context.signal);
    if (flags.demo) await applyDemo(context, connection);
    printSummary(context, options, flags.demo);
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

/** Lays the cables of further hosts and starts their engines. @returns where the control plane is reached then. */
async function withHosts(home: Home, wanted: ClusterOptions, say: Say): Promise<ClusterOptions> {
  if (wanted.nodes === 1) return wanted;
  const { layCables, startEngines } = await import('./hosts/raise-hosts.ts');
  const options = { ...wanted, apiHost: await layCables(home, wanted.nodes) };
  await startEngines(home, say);
  return options;
}

function optionsFrom(home: Home, flags: UpFlags): ClusterOptions {
  return {
    nodes: wantedNodes(home, flags.nodes),
    apiHost: LOOPBACK,
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
  // With further hosts it listens on an address that nobody else has.
  if (options.nodes === 1 && !runningProcess(home, 'control-plane')) {
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
  say: Say,
  signal: AbortSignal,
): Promise<Connection> {
  signal.throwIfAborted();
  if (await startEtcd(home, options)) say(`Started etcd on 127.0.0.1:${options.etcdPort}`);
  await endIfElsewhere(home, 'control-plane', '--listen', options, say);
  if (startControlPlane(home, options)) say(`Started the control plane on ${apiAddress(options)}`);
  await waitForProcess(home, 'control-plane', () => answersReady(home), signal);
  const connection = await connectWithKubeconfig(home.kubeconfig);
  const agent = `${AGENT_PROCESS}${options.nodeName}`;
  await endIfElsewhere(home, agent, '--server', options, say);
  const started = startAgent(home, {
    name: options.nodeName,
    server: apiAddress(options),
    tokenFile: home.joinToken,
    caFile: home.certificateAuthority,
    warmSandboxes: options.warmSandboxes,
    serviceProxy: options.serviceProxy,
    address: options.nodes === 1 ? undefined : options.apiHost,
  });
  if (started) say(`Started the agent of node ${options.nodeName}`);
  const ready = () => nodeIsReady(connection, options.nodeName);
  await waitForProcess(home, agent, ready, signal);
  if (options.nodes > 1) {
    const { joinHosts } = await import('./hosts/raise-hosts.ts');
    await joinHosts(home, options, connection, say, signal);
  }
  return connection;
}

/** One that was started before there were further hosts, or after they were gone, has another address. */
async function endIfElsewhere(
  home: Home,
  name: string,
  option: string,
  { apiHost }: ClusterOptions,
  say: Say,
): Promise<void> {
  const given = givenOption(home, name, option)?.replace('https://', '');
  if (given === undefined || given.startsWith(`${apiHost}:`)) return;
  if (await stopProcess(home, name, STOP_GRACE_MS))
    say(`Stopped ${name}, to start it with the address ${apiHost}`);
}

async function applyDemo(context: CommandContext, connection: Connection): Promise<void> {
  const folder = join(repositoryRoot(), 'manifests', 'demo');
  if (existsSync(folder)) await applyFiles(context, connection, { files: [folder], namespace: 'default' });
}

function printSummary(context: CommandContext, options: ClusterOptions, withDemo: boolean): void {
  const { home, io } = context;
  const names = [options.nodeName, ...madeHosts(home).map(({ name }) => name)];
  io.out(`
Gantry is up.
  API         ${apiAddress(options)}
  dashboard   ${apiAddress(options)}/dashboard/ (log in with: npx gantry dashboard)
  ${names.length === 1 ? 'node        ' : 'nodes       '}${names.join(', ')}
  kubeconfig  ${home.kubeconfig}
  logs        ${home.logs}

Try:
  npx gantry dashboard
  npx gantry get all
${(withDemo ? TRY_DEMO : TRY_OWN).map((line) => `  ${line}\n`).join('')}`);
}

const TRY_DEMO = [
  'npx gantry rollout set-image web web=gantry.local/demo:2',
  'npx gantry rollout status web --watch',
];
const TRY_OWN = ['npx gantry apply -f manifests/demo'];

async function stopWhatWasStarted(home: Home, before: ReadonlySet<number>, say: Say): Promise<void> {
  const order = ['agent', 'control-plane', 'etcd', 'dockerd'];
  const rank = ({ name }: Part): number => order.findIndex((part) => name.startsWith(part));
  const mine = partsOf(home)
    .filter((part) => !before.has(runningProcess(part.home, part.name)?.pid ?? 0))
    .sort((a, b) => rank(a) - rank(b));
  const stopped: string[] = [];
  for (const part of mine)
    if (await stopProcess(part.home, part.name, STOP_GRACE_MS)) stopped.push(`${part.name}${part.of}`);
  if (stopped.length > 0) say(`Stopped again: ${stopped.join(', ')}`);
}

/** A process of the cluster, and where it is recorded. */
interface Part {
  home: Home;
  name: string;
  /** Of which further host, in words. */
  of: string;
}

function partsOf(home: Home): Part[] {
  const own = recordedNames(home).map((name) => ({ home, name, of: '' }));
  const ofHosts = madeHosts(home).flatMap(({ home: its, name: host }) =>
    recordedNames(its).map((name) => ({ home: its, name, of: name === 'dockerd' ? ` of ${host}` : '' })),
  );
  return [...own, ...ofHosts];
}
